/** Python's `text.split(None, limit)`: runs of white space separate, none at the ends counts. */
export function splitWhiteSpace(text: string, limit: number): string[] {
  const parts: string[] = [];
  const word = /\S+/gu;
  for (let match = word.exec(text); match !== null; match = word.exec(text)) {
    if (limit >= 0 && parts.length === limit) return [...parts, text.slice(match.index).trimEnd()];
    parts.push(match[0]);
  }
  return parts;
}
