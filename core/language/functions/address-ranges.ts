import ipaddr from 'ipaddr.js';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = readonly [Address, number];

const ranges = (list: string): readonly Range[] => list.split(' ').map((cidr) => ipaddr.parseCIDR(cidr));

/** IANA's special-purpose registries: blocks that are not globally reachable, and the parts of them that are. */
const NOT_GLOBAL = ranges(
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.168.0.0/16 ' +
    '198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4 ' +
    '::/128 ::1/128 ::ffff:0:0/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 3fff::/20 fc00::/7 fe80::/10',
);
const GLOBAL_INSIDE = ranges(
  '192.0.0.9/32 192.0.0.10/32 2001:1::1/128 2001:1::2/128 2001:3::/32 2001:4:112::/48 2001:20::/28 2001:30::/28',
);

/** Whether the address is globally reachable, as `is_global` of Python's `ipaddress`. */
export function isGlobal(address: Address): boolean {
  const isIn = (list: readonly Range[]) => list.some((range) => isInRange(address, range));
  return !isIn(NOT_GLOBAL) || isIn(GLOBAL_INSIDE);
}

export function isInRange(address: Address, [base, bits]: Range): boolean {
  return address.kind() === base.kind() && address.match(base as ipaddr.IPv4 & ipaddr.IPv6, bits);
}

/** Four decimal parts without leading zeros. */
export function isIPv4(text: string): boolean {
  return /^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/.test(text) && ipaddr.IPv4.isValid(text);
}

export function isIPv6(text: string): boolean {
  return text.includes(':') && ipaddr.IPv6.isValid(text);
}
