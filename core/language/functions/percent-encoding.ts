import { Buffer } from 'node:buffer';

const ALWAYS_SAFE = /^[A-Za-z0-9_.~-]$/;

/** As `urllib.parse.quote` has it: every byte of the UTF-8 but letters, digits, `_.-~` and `safe` becomes `%XX`. */
export function percentEncoded(text: string, safe: string): string {
  if (/^[A-Za-z0-9_.~-]*$/.test(text)) return text;
  let encoded = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const character = String.fromCharCode(byte);
    const isKept = ALWAYS_SAFE.test(character) || (byte < 0x80 && safe.includes(character));
    encoded += isKept ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

/** As `urllib.parse.unquote` has it: what is no escape stays, bytes that are not UTF-8 become U+FFFD. */
export function percentDecoded(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));
}
