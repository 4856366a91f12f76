/** Whether a pattern of `allow` or `deny` fits; `*` stands for any text. */
export function matchesGlob(glob: string, text: string): boolean {
  const pattern = glob.split('*').map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${pattern.join('.*')}$`).test(text);
}
