import { type Address, parseAddress } from './address.ts';

export interface AddressRange {
  readonly version: 4 | 6;
  readonly from: bigint;
  readonly to: bigint;
}

/** One address, `10.0.0.0/8`, `2001:db8::/32`, `10.0.0.0/255.0.0.0`, `10.0.0.1-10.0.0.9` or `10.0.0.1-250`. @throws TypeError */
export function parseRange(text: string): AddressRange {
  const entry = text.trim();
  const slash = entry.indexOf('/');
  if (slash >= 0) return network(entry, entry.slice(0, slash).trim(), entry.slice(slash + 1).trim());
  const dash = entry.indexOf('-');
  if (dash >= 0) return between(entry, entry.slice(0, dash).trim(), entry.slice(dash + 1).trim());
  const { version, number } = address(entry, entry);
  return { version, from: number, to: number };
}

function address(text: string, entry: string): Address {
  const parsed = parseAddress(text);
  if (parsed === undefined) throw new TypeError(`${JSON.stringify(entry)} is no address or range of addresses`);
  return parsed;
}

function between(entry: string, first: string, last: string): AddressRange {
  const from = address(first, entry);
  const isShort = from.version === 4 && /^\d{1,3}$/.test(last);
  const to = address(isShort ? first.replace(/\d+$/, last) : last, entry);
  if (from.version !== to.version || from.number > to.number)
    throw new TypeError(`${JSON.stringify(entry)} does not go from a lower address to a higher one`);
  return { version: from.version, from: from.number, to: to.number };
}

function network(entry: string, base: string, size: string): AddressRange {
  const { version, number } = address(base, entry);
  const bits = version === 4 ? 32 : 128;
  const isMapped = version === 4 && base.includes(':');
  const prefix = /^\d{1,3}$/.test(size) ? Number(size) - (isMapped ? 96 : 0) : maskBits(size, version);
  if (prefix === undefined || prefix < 0 || prefix > bits)
    throw new TypeError(`${JSON.stringify(entry)} has no size of a network behind the slash`);
  const hosts = (1n << BigInt(bits - prefix)) - 1n;
  return { version, from: number & ~hosts, to: number | hosts };
}

function maskBits(mask: string, version: 4 | 6): number | undefined {
  const parsed = parseAddress(mask);
  if (parsed?.version !== version) return undefined;
  const text = parsed.number.toString(2).padStart(version === 4 ? 32 : 128, '0');
  return /^1*0*$/.test(text) ? text.replaceAll('0', '').length : undefined;
}
