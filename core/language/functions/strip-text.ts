/** Python's `str.strip`: without these characters, or without white space, at both ends. */
export function stripped(text: string, characters?: string): string {
  // Python counts the ASCII separators FS to US and NEL as white space, JavaScript the byte order mark.
  const isUnwanted = characters === undefined ? isPythonSpace : (character: string) => unwanted.has(character);
  const unwanted = new Set(characters);
  const all = Array.from(text);
  let start = 0;
  let end = all.length;
  while (start < end && isUnwanted(all[start]!)) start += 1;
  while (end > start && isUnwanted(all[end - 1]!)) end -= 1;
  return all.slice(start, end).join('');
}

function isPythonSpace(character: string): boolean {
  return /^(?!\uFEFF)[\s\x1C-\x1F\x85]$/u.test(character);
}
