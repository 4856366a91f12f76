import { isIP, isIPv4, isIPv6 } from 'node:net';

/** What a PROXY header says: for whom a proxy has connected. */
export interface ProxyHeader {
  /** Bytes that it takes. */
  readonly length: number;
  /** Undefined: the proxy speaks for itself (health checks), or does not know. */
  readonly source: { readonly address: string; readonly port: number } | undefined;
}

const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
/** Of version 1, with its line end, by the specification. */
const LONGEST_LINE = 107;
/** Of version 2, after its first 16 bytes: addresses and a few extensions. */
const LONGEST_REST = 2_048;
const PORT = /^(?:0|[1-9]\d{0,4})$/;

/** Reads the header at the beginning of a connection (HAProxy's proxy-protocol.txt). `more`: not all of it is there yet; `wrong`: it is none. */
export function readProxyHeader(bytes: Buffer): ProxyHeader | 'more' | 'wrong' {
  if (bytes.length === 0) return 'more';
  return bytes[0] === SIGNATURE[0] ? readBinary(bytes) : readLine(bytes);
}

function readLine(bytes: Buffer): ProxyHeader | 'more' | 'wrong' {
  const begin = 'PROXY ';
  const text = bytes.subarray(0, LONGEST_LINE).toString('latin1');
  if (!text.startsWith(begin.slice(0, text.length))) return 'wrong';
  const end = text.indexOf('\r\n');
  if (end === -1) return text.length >= LONGEST_LINE || text.includes('\n') ? 'wrong' : 'more';
  const length = end + 2;
  const words = text.slice(0, end).split(' ');
  if (words[1] === 'UNKNOWN') return { length, source: undefined };
  const [, family, from = '', to = '', fromPort = '', toPort = ''] = words;
  const isOne = family === 'TCP4' ? isIPv4 : family === 'TCP6' ? isIPv6 : undefined;
  if (words.length !== 6 || isOne === undefined || !isOne(from) || !isOne(to) || from.includes('%')) return 'wrong';
  if (!isPort(fromPort) || !isPort(toPort)) return 'wrong';
  return { length, source: { address: from, port: Number(fromPort) } };
}

function isPort(text: string): boolean {
  return PORT.test(text) && Number(text) <= 65_535;
}

function readBinary(bytes: Buffer): ProxyHeader | 'more' | 'wrong' {
  const known = Math.min(bytes.length, SIGNATURE.length);
  if (!bytes.subarray(0, known).equals(SIGNATURE.subarray(0, known))) return 'wrong';
  if (bytes.length < 16) return 'more';
  const command = bytes[12]!;
  const family = bytes[13]!;
  const rest = bytes.readUInt16BE(14);
  if ((command !== 0x20 && command !== 0x21) || rest > LONGEST_REST) return 'wrong';
  const length = 16 + rest;
  if (bytes.length < length) return 'more';
  if (command === 0x20 || family === 0x00) return { length, source: undefined };
  if (family === 0x11 && rest >= 12)
    return { length, source: { address: bytes.subarray(16, 20).join('.'), port: bytes.readUInt16BE(24) } };
  if (family === 0x21 && rest >= 36) return { length, source: { address: v6(bytes), port: bytes.readUInt16BE(48) } };
  return 'wrong';
}

function v6(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(16 + 2 * at).toString(16));
  const address = groups.join(':');
  // IPv4 in IPv6 clothes is compared with IPv4 blocks.
  const isMapped = groups.slice(0, 5).every((group) => group === '0') && groups[5] === 'ffff';
  const plain = isMapped ? bytes.subarray(28, 32).join('.') : address;
  return isIP(plain) === 0 ? address : plain;
}
