import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { raise } from '../errors/catalogue.ts';

/** What actions may reach, as `egress` in the configuration says it. */
export interface EgressRules {
  /** When not empty, only these: names, `*.names`, addresses and ranges, each with an optional `:port`. */
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  /**
   * Whether private, loopback and other non-public addresses may be reached. On by default: an automation host that stands
   * inside a company exists to talk to that company's services. Where users are not trusted with the network, turn it off.
   */
  readonly allowPrivateNetworks: boolean;
  /** `http://` or `https://`, with user and password if it wants them. Absent: everything is dialled. */
  readonly proxy?: string | undefined;
  /** What is dialled all the same, written as under `allow`. */
  readonly noProxy?: readonly string[];
}

/** One compiled line of `allow` or `deny`. */
export interface EgressRule {
  /** `range`: one address or many; `name`: one host name; `wildcard`: all names below one, or all. */
  readonly kind: 'name' | 'wildcard' | 'range';
  readonly port: number | undefined;
  matches(host: string, address: Address | undefined): boolean;
}

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

const NAME = /^(?:\*|(?:\*\.)?[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*)$/;

/** Throws EGRESS_RULE_INVALID for a line that is neither name, address nor range. */
export function compileEgressRule(list: 'allow' | 'deny' | 'noProxy', text: string): EgressRule {
  const { subject, port } = splitPort(text.trim().toLowerCase());
  const range = parseRange(subject);
  if (range !== undefined) {
    return { kind: 'range', port, matches: (_host, address) => address !== undefined && within(address, range) };
  }
  if (!NAME.test(subject) || (port !== undefined && !(port >= 1 && port <= 65_535))) {
    throw raise.EGRESS_RULE_INVALID({ list, rule: text });
  }
  if (subject === '*') return { kind: 'wildcard', port, matches: () => true };
  if (!subject.startsWith('*.')) return { kind: 'name', port, matches: (host) => host === subject };
  const suffix = subject.slice(1);
  return { kind: 'wildcard', port, matches: (host) => host.length > suffix.length && host.endsWith(suffix) };
}

function splitPort(text: string): { subject: string; port: number | undefined } {
  const bracketed = /^\[([^\]]+)\](?::(\d{1,5}))?$/.exec(text);
  if (bracketed !== null) return { subject: bracketed[1]!, port: numeral(bracketed[2]) };
  const plain = /^([^:]+):(\d{1,5})$/.exec(text);
  if (plain !== null) return { subject: plain[1]!, port: numeral(plain[2]) };
  return { subject: text, port: undefined };
}

function numeral(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function parseRange(text: string): [Address, number] | undefined {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  if (isIP(text) === 0) return undefined;
  const address = ipaddr.parse(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

function within(address: Address, [base, bits]: [Address, number]): boolean {
  return address.kind() === base.kind() && address.match(base as never, bits);
}
