import { isIP } from 'node:net';
import { parseAddress } from './address-class.ts';
import type { Address } from './egress-rules.ts';

/** What a URL leads to, as the rules speak of it. */
export interface Target {
  /** In lower case, without brackets and without a dot at the end. */
  readonly name: string;
  readonly port: number;
  /** When the URL has an address for a name; it never reaches a resolver then. */
  readonly address?: Address;
}

export function targetOf(url: URL): Target {
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const name = plainName(url.hostname);
  return { name, port, ...(isIP(name) !== 0 && { address: parseAddress(name) }) };
}

/** `Example.com.` and `[::1]` as rules write them. */
export function plainName(host: string): string {
  return host.toLowerCase().replace(/^\[|\]$|\.$/g, '');
}
