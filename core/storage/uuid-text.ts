const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** True for what a `uuid` column takes; anything else names nothing and must not reach the database. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}
