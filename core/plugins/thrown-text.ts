/** What a thrown thing says, without its stack. Never throws: getters, proxies and `toString` of strangers may. */
export function thrownText(thrown: unknown): string {
  try {
    if (typeof thrown === 'object' && thrown !== null && 'message' in thrown && typeof thrown.message === 'string') {
      const name = 'name' in thrown && typeof thrown.name === 'string' ? thrown.name : '';
      const text = thrown.message === '' ? name : thrown.message;
      return text === '' ? 'an error without a message' : text;
    }
    return (typeof thrown === 'object' && thrown !== null) || typeof thrown === 'function'
      ? `threw ${Object.prototype.toString.call(thrown)}`
      : `threw ${String(thrown)}`;
  } catch {
    return 'an error that cannot be read';
  }
}

/** The stack of a thrown thing, or nothing. Never throws. */
export function thrownStack(thrown: unknown): string {
  try {
    const stack = typeof thrown === 'object' && thrown !== null && 'stack' in thrown ? thrown.stack : '';
    return typeof stack === 'string' ? stack : '';
  } catch {
    return '';
  }
}
