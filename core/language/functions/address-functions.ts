import ipaddr from 'ipaddr.js';
import { type Address, isGlobal, isInRange, isIPv4, isIPv6 } from './address-ranges.ts';
import type { Arguments } from './arguments.ts';
import { defineFunction } from './define-function.ts';
import type { ExpressionFunction } from './expression-function.ts';

type Version = 4 | 6;
const isVersion = { 4: isIPv4, 6: isIPv6 } as const;

function address(given: Arguments, at: number, version: Version): Address {
  const text = given.text(at);
  return isVersion[version](text) ? ipaddr.parse(text) : given.reject(at, `an IPv${version} address`);
}

/** A network such as `10.0.0.0/8`; the address part must be the first of the network. */
function network(given: Arguments, at: number, version: Version): readonly [Address, number] {
  const [base = '', suffix = version === 4 ? '32' : '128', more] = given.text(at).split('/');
  const bits = prefixLength(suffix, version);
  if (more !== undefined || bits === undefined || !isVersion[version](base))
    return given.reject(at, `an IPv${version} network such as ${EXAMPLES[version]}`);
  const parsed = ipaddr.parse(base);
  const kind = version === 4 ? ipaddr.IPv4 : ipaddr.IPv6;
  const first = kind.networkAddressFromCIDR(`${base}/${bits}`);
  if (first.toNormalizedString() === parsed.toNormalizedString()) return [parsed, bits];
  return given.fail(`the network has host bits set; the first address of it is ${first.toString()}`);
}

const EXAMPLES = { 4: '10.0.0.0/8', 6: '2001:db8::/32' } as const;

function prefixLength(suffix: string, version: Version): number | undefined {
  if (/^\d{1,3}$/.test(suffix)) return Number(suffix) <= (version === 4 ? 32 : 128) ? Number(suffix) : undefined;
  return version === 4 && isIPv4(suffix)
    ? (ipaddr.IPv4.parse(suffix).prefixLengthFromSubnetMask() ?? undefined)
    : undefined;
}

const inSubnet = (version: Version) => (given: Arguments) =>
  isInRange(address(given, 0, version), network(given, 1, version));
const isPublic = (version: Version) => (given: Arguments) => isGlobal(address(given, 0, version));

export const addressFunctions: readonly ExpressionFunction[] = [
  defineFunction('ipv4_in_subnet', 'ip subnet', 'Whether an IPv4 address is in a network.', inSubnet(4)),
  defineFunction('ipv6_in_subnet', 'ip subnet', 'Whether an IPv6 address is in a network.', inSubnet(6)),
  defineFunction('ipv4_is_public', 'ip', 'Whether an IPv4 address is globally reachable.', isPublic(4)),
  defineFunction('ipv6_is_public', 'ip', 'Whether an IPv6 address is globally reachable.', isPublic(6)),
  defineFunction('check_ip_version', 'ip', '4 or 6; an error for anything else.', (given) => {
    const text = given.text(0);
    if (isIPv4(text)) return 4;
    return isIPv6(text) ? 6 : given.reject(0, 'an IP address');
  }),
];
