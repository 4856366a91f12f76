/** Python's `str.lower`. */
export function lowered(text: string): string {
  return text.toLowerCase();
}

/** Python's `str.upper`. */
export function uppered(text: string): string {
  return text.toUpperCase();
}

/** Python's `str.capitalize`. */
export function capitalized(text: string): string {
  const [first = ''] = text;
  // The whole is lowered, since a final sigma depends on what stands before it.
  return titled(first) + text.toLowerCase().slice(first.toLowerCase().length);
}

/** Python's `str.title`: a word is a run of cased letters, so `they're` becomes `They'Re`. */
export function titleCased(text: string): string {
  return text.replace(/\p{Cased}+/gu, capitalized);
}

/** Title case of one character: `ß` becomes `Ss`, `ǆ` becomes `ǅ`. */
function titled(character: string): string {
  const digraph = DIGRAPHS.find((forms) => forms.includes(character));
  if (digraph !== undefined) return digraph[1]!;
  const [first = '', ...rest] = Array.from(character.toUpperCase());
  return first + rest.join('').toLowerCase();
}

/** The letters that have a title case of their own: upper, title, lower. */
const DIGRAPHS = ['ǄǅǆDŽ', 'Ǉǈǉ', 'Ǌǋǌ', 'Ǳǲǳ'].map((forms) => Array.from(forms).slice(0, 3));
