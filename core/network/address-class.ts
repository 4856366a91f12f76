import ipaddr from 'ipaddr.js';
import type { Address } from './egress-rules.ts';

/**
 * - `public`: ordinary internet.
 * - `private`: loopback, private, carrier-grade NAT and every other range that is not routed publicly.
 * - `metadata`: link-local and the fixed addresses where clouds hand out credentials of the machine.
 * - `translated`: an IPv6 address behind which a translator of the network reaches an IPv4 address that only it knows.
 * - `group`: multicast and broadcast; never a host.
 */
export type AddressClass = 'public' | 'private' | 'metadata' | 'translated' | 'group';

/** Outside the link-local ranges: Alibaba, Azure's wire server, Oracle's former one, AWS and Google over IPv6. */
const METADATA = new Set(['100.100.100.200', '168.63.129.16', '192.0.0.192', 'fd00:ec2::254', 'fd20:ce::254']);

export function classifyAddress(address: Address): AddressClass {
  if (METADATA.has(address.toString())) return 'metadata';
  switch (address.range()) {
    case 'linkLocal':
      return 'metadata';
    case 'multicast':
    case 'broadcast':
      return 'group';
    // What is left of them once the well-known prefix of NAT64 was read: prefixes of local use, SIIT, Teredo.
    case 'rfc6052':
    case 'rfc6145':
    case 'teredo':
      return 'translated';
    case 'unicast':
      return isRouted(address) ? 'public' : 'private';
    default:
      return 'private';
  }
}

/** Of IPv6, only 2000::/3 is given out. */
function isRouted(address: Address): boolean {
  return address.kind() === 'ipv4' || (address as ipaddr.IPv6).match(GLOBAL, 3);
}

const GLOBAL = ipaddr.IPv6.parse('2000::');

/**
 * The address that a connection would really reach: an IPv4 address written inside an IPv6 one (mapped, compatible, NAT64, 6to4)
 * is that IPv4 address, or checks would be passed by spelling.
 */
export function parseAddress(text: string): Address {
  const address = ipaddr.parse(text.split('%')[0]!);
  return address.kind() === 'ipv6' ? (embeddedIpv4(address as ipaddr.IPv6) ?? address) : address;
}

const NAT64 = ipaddr.IPv6.parse('64:ff9b::');
const SIX_TO_FOUR = ipaddr.IPv6.parse('2002::');
const COMPATIBLE = ipaddr.IPv6.parse('::');

function embeddedIpv4(address: ipaddr.IPv6): ipaddr.IPv4 | undefined {
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  const bytes = address.toByteArray();
  if (address.match(NAT64, 96)) return new ipaddr.IPv4(bytes.slice(12));
  if (address.match(SIX_TO_FOUR, 16)) return new ipaddr.IPv4(bytes.slice(2, 6));
  // `::` and `::1` are the unspecified and loopback addresses of IPv6 itself.
  if (address.match(COMPATIBLE, 96) && bytes.slice(12).some((byte, index) => byte > (index === 3 ? 1 : 0))) {
    return new ipaddr.IPv4(bytes.slice(12));
  }
  return undefined;
}
