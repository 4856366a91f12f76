/** Python's `text.split(separator, limit)`: a negative limit splits everywhere. */
export function splitText(text: string, separator: string, limit = -1): string[] {
  const parts = text.split(separator);
  if (limit < 0 || parts.length <= limit + 1) return parts;
  return [...parts.slice(0, limit), parts.slice(limit).join(separator)];
}
