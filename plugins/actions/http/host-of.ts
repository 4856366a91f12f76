/** The host for messages: never the path or query, which may hold secrets. */
export function hostOf(url: string): string {
  return URL.parse(url)?.host || 'The service';
}
