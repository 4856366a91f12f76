import { transliterated } from './transliterate.ts';

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' };

/** As python-slugify does by default: transliterated, lower case, runs of anything but letters and digits become one hyphen. */
export function slugify(text: string): string {
  return withoutEntities(transliterated(text.replace(/'+/g, '-')))
    .toLowerCase()
    .replace(/'+/g, '')
    .replace(/(?<=\d),(?=\d)/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

function withoutEntities(text: string): string {
  return text.replace(/&(?:(amp|lt|gt|quot|nbsp)|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi, (entity, name, decimal, hex) => {
    if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? entity;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? transliterated(String.fromCodePoint(code)) : entity;
  });
}
