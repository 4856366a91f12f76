const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** True for what a `uuid` column takes; anything else names nothing and must not reach the database. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** The least of all UUIDs of version 7 that are made at this time; epoch milliseconds. */
export function firstIdAt(time: number): string {
  const hex = Math.max(0, Math.floor(time)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-0000-0000-000000000000`;
}
