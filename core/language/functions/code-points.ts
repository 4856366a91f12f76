/** A string to index by character as Python counts: itself when no character needs two UTF-16 units, else its characters. */
export function codePoints(text: string): string | string[] {
  return /[\uD800-\uDBFF]/.test(text) ? Array.from(text) : text;
}
