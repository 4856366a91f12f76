import ipaddr from 'ipaddr.js';
import { type Address, isInRange, isIPv4, isIPv6 } from '../language/functions/address-ranges.ts';

export type AddressRange = readonly [Address, number];

const MAPPED_BITS = 96;

/** `192.0.2.0/24`, `2001:db8::/32` or one address; IPv4 in the clothes of IPv6 becomes IPv4. Undefined for anything else. */
export function parseAddressRange(text: string): AddressRange | undefined {
  const [, base, written] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  if (base === undefined || !(isIPv4(base) || isIPv6(base))) return undefined;
  const address = ipaddr.parse(base);
  const most = address.kind() === 'ipv4' ? 32 : 128;
  const bits = written === undefined ? most : Number(written);
  if (bits > most) return undefined;
  const mapped = address.kind() === 'ipv6' && (address as ipaddr.IPv6).isIPv4MappedAddress();
  if (!mapped || bits < MAPPED_BITS) return [address, bits];
  return [(address as ipaddr.IPv6).toIPv4Address(), bits - MAPPED_BITS];
}

/** False for what is no address at all. */
export function isAddressIn(text: string, ranges: readonly AddressRange[]): boolean {
  if (!isIPv4(text) && !isIPv6(text)) return false;
  const address = ipaddr.process(text);
  return ranges.some((range) => isInRange(address, range));
}
