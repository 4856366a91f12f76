import { percentDecode, percentEncode } from './percent-encoding.ts';
import { punycode } from './punycode.ts';
import { Utf8Decoder } from './text-encoding.ts';

const FORBIDDEN = /[\0\t\n\r #/:<>?@[\\\]^|]/;

/** The serialised host, or undefined when it is not one. `special`: a host of http and its like, a domain or address. */
export function parseHost(text: string, special: boolean): string | undefined {
  if (text.startsWith('[')) return text.endsWith(']') ? parseIpv6(text.slice(1, -1)) : undefined;
  if (!special) return FORBIDDEN.test(text) ? undefined : percentEncode(text, '');
  const domain = domainToAscii(percentDecode(text, (bytes) => new Utf8Decoder().decode(bytes)));
  if (domain === '' || /[\0-\x20%\x7f]/.test(domain) || FORBIDDEN.test(domain)) return undefined;
  return endsInNumber(domain) ? parseIpv4(domain) : domain;
}

/** Without Unicode's mapping tables: compatibility normalisation and lower case, which differ from them only for rare characters. */
function domainToAscii(domain: string): string {
  if (/^[\0-\x7f]*$/.test(domain)) return domain.toLowerCase();
  const mapped = domain
    .replace(/\u00ad|\u200b|\u2060|\ufeff|[\ufe00-\ufe0f]/g, '')
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFC');
  return mapped
    .split(/[.\u3002\uff0e\uff61]/)
    .map((label) => (/^[\0-\x7f]*$/.test(label) ? label : `xn--${punycode(label)}`))
    .join('.');
}

function endsInNumber(domain: string): boolean {
  const parts = domain.split('.');
  if (parts.at(-1) === '' && parts.length > 1) parts.pop();
  return /^(\d+|0x[\da-f]*)$/i.test(parts.at(-1)!);
}

function parseIpv4(text: string): string | undefined {
  const parts = text.split('.');
  if (parts.at(-1) === '' && parts.length > 1) parts.pop();
  if (parts.length > 4) return undefined;
  const numbers = parts.map(parseIpv4Number);
  const last = numbers.pop();
  if (last === undefined || numbers.some((number) => number === undefined || number > 255)) return undefined;
  if (last >= 256 ** (4 - numbers.length)) return undefined;
  const address = numbers.reduce<number>((sum, number, index) => sum + number! * 256 ** (3 - index), last);
  return [3, 2, 1, 0].map((power) => Math.floor(address / 256 ** power) % 256).join('.');
}

function parseIpv4Number(text: string): number | undefined {
  if (/^0x[\da-f]*$/i.test(text)) return text.length === 2 ? 0 : Number.parseInt(text, 16);
  if (/^0[0-7]+$/.test(text)) return Number.parseInt(text, 8);
  return /^(0|[1-9]\d*)$/.test(text) ? Number(text) : undefined;
}

function parseIpv6(text: string): string | undefined {
  const embedded = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  let source = text;
  if (embedded) {
    const octets = embedded[2]!.split('.');
    if (octets.some((octet) => !/^(0|[1-9]\d{0,2})$/.test(octet) || Number(octet) > 255)) return undefined;
    const [a, b, c, d] = octets.map(Number) as [number, number, number, number];
    source = `${embedded[1]}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  }
  const halves = source.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  if (groups.flat().some((group) => !/^[\da-f]{1,4}$/i.test(group))) return undefined;
  const missing = 8 - groups.flat().length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const zeros = halves.length === 2 ? new Array<string>(missing).fill('0') : [];
  return serializeIpv6([...groups[0]!, ...zeros, ...(groups[1] ?? [])].map((group) => Number.parseInt(group, 16)));
}

function serializeIpv6(pieces: readonly number[]): string {
  let [start, length] = [-1, 1];
  for (let at = 0; at < 8; at++) {
    let end = at;
    while (pieces[end] === 0) end++;
    if (end - at > length) [start, length] = [at, end - at];
    at = Math.max(at, end - 1);
  }
  const hex = pieces.map((piece) => piece.toString(16));
  if (start < 0) return `[${hex.join(':')}]`;
  return `[${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}]`;
}
