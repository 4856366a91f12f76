import { isIP } from 'node:net';

/** An address as a number; versions are apart, so that `::/0` is no word about IPv4. */
export interface Address {
  readonly version: 4 | 6;
  readonly number: bigint;
}

/** Undefined for what is no address in its usual form: no octal or short forms. IPv4 inside IPv6 is IPv4; a zone is left out. */
export function parseAddress(text: string): Address | undefined {
  const percent = text.indexOf('%');
  const plain = percent < 0 ? text : text.slice(0, percent);
  const version = isIP(plain);
  if (version === 4) return { version, number: BigInt(quad(plain)) };
  if (version !== 6) return undefined;
  const number = sixteenBytes(plain);
  return number >> 32n === 0xffffn ? { version: 4, number: number & 0xffff_ffffn } : { version, number };
}

function quad(text: string): number {
  return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Of an address that `isIP` has found right. */
function sixteenBytes(text: string): bigint {
  const hexadecimal = text.replace(/\d+\.\d+\.\d+\.\d+$/, (dotted) => {
    const number = quad(dotted);
    return `${Math.floor(number / 65_536).toString(16)}:${(number % 65_536).toString(16)}`;
  });
  const [before = '', after] = hexadecimal.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const [left, right] = [groups(before), groups(after ?? '')];
  const zeros = after === undefined ? [] : Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...zeros, ...right].reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}
