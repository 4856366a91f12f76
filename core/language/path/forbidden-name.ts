/** Names through which JavaScript objects reach their machinery. They never name user data. */
export function isForbiddenName(name: string): boolean {
  return name === '__proto__' || name === 'prototype' || name === 'constructor';
}
