import { BlockList, isIP, isIPv6 } from 'node:net';
import { raise } from '../../errors/catalogue.ts';
import { rawHeader } from './wire-headers.ts';

/** Who the caller is when connections come through proxies that are trusted. */
export type ClientAddress = (peer: string, rawHeaders: readonly string[]) => string;

/**
 * `trusted`: addresses and CIDR blocks of proxies whose X-Forwarded-For is believed; the caller is the last address in it that is not one
 * of them. Throws GATEWAY_ADDRESS_INVALID.
 */
export function clientAddressFrom(trusted: readonly string[]): ClientAddress {
  if (trusted.length === 0) return (peer) => plain(peer);
  const isTrusted = addressSet(trusted);
  return (peer, rawHeaders) => {
    let caller = plain(peer);
    if (!isTrusted(caller)) return caller;
    const hops = rawHeader(rawHeaders, 'x-forwarded-for')?.split(',') ?? [];
    for (const hop of hops.reverse()) {
      const address = plain(hop.trim());
      if (isIP(address) === 0) return caller;
      caller = address;
      if (!isTrusted(caller)) return caller;
    }
    return caller;
  };
}

/** Whether an address is one of these, or in one of these CIDR blocks. Throws GATEWAY_ADDRESS_INVALID. */
export function addressSet(entries: readonly string[]): (address: string) => boolean {
  const blocks = new BlockList();
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/');
    const family = isIP(address);
    const longest = family === 6 ? 128 : 32;
    const prefix = bits === undefined ? longest : Number(bits);
    if (family === 0 || !Number.isInteger(prefix) || prefix < 0 || prefix > longest)
      throw raise.GATEWAY_ADDRESS_INVALID({ text: entry });
    blocks.addSubnet(address, prefix, family === 6 ? 'ipv6' : 'ipv4');
  }
  return (given) => {
    const address = plain(given);
    return blocks.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  };
}

/** IPv4 that came over an IPv6 socket is written as IPv4. */
function plain(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}
