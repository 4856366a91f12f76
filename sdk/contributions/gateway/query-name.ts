/** The name of one `name=value` of a query, as it was meant; as it stands where it cannot be decoded. */
export function queryName(pair: string): string {
  const name = pair.split('=', 1)[0]!.replaceAll('+', ' ');
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
