/** Spellings that make an indicator harmless, and what they stand for. */
const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  [/\[\.\]|\(\.\)|\{\.\}|\\\.|\[dot\]|\(dot\)|\{dot\}|(?<=\S) dot (?=\S)/gi, '.'],
  [/\[:\]|\(:\)|\{:\}|\\:|\[colon\]|\(colon\)|\{colon\}/gi, ':'],
  [/\[\/\]|\(\/\)|\\\//g, '/'],
  [/\[@\]|\(@\)|\[at\]|\(at\)/gi, '@'],
  [/\[:\/\/\]|\(:\/\/\)/g, '://'],
  [/\b(?:hxxp|xxxp|xxp)(?=s?:)/gi, 'http'],
];

/** `hxxps://evil[.]example` becomes `https://evil.example` again. */
export function refanged(text: string): string {
  const spoken = text.replace(/((?: colon)+) /gi, (_, colons: string) => ':'.repeat(colons.length / ' colon'.length));
  return REPLACEMENTS.reduce((result, [pattern, plain]) => result.replace(pattern, plain), spoken);
}
