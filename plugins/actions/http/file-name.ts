const MAX_LENGTH = 255;

/** A name that is safe on any file system: no folders, no control or shell characters, no `..`; never empty. */
export function sanitizeFileName(given: string): string {
  const last = given.split(/[/\\]/).at(-1)!;
  const clean = last
    .replaceAll(/[\p{C}<>:"|?*;%$'`]/gu, '')
    .replaceAll(/\.{2,}/g, '.')
    .trim();
  const dot = clean.lastIndexOf('.');
  const extension =
    dot > 0
      ? clean
          .slice(dot + 1)
          .replaceAll(/[^\p{L}\p{N}]/gu, '')
          .slice(0, 10)
      : '';
  const stem = dot > 0 ? clean.slice(0, dot) : clean;
  const name = /^\.*$/.test(stem) ? 'unnamed' : stem;
  if (extension === '') return name.slice(0, MAX_LENGTH);
  return `${name.slice(0, MAX_LENGTH - extension.length - 1)}.${extension}`;
}
