import { type AddressClass, classifyAddress, parseAddress } from './address-class.ts';
import { type Address, compileEgressRule, type EgressRule, type EgressRules } from './egress-rules.ts';
import { plainName } from './target.ts';

/** Decides where actions may connect to. Each method answers why not, or undefined. */
export interface EgressGuard {
  /** Asked before a name is looked up, so that a refused name never reaches a name server. */
  refusesName(host: string, port: number): string | undefined;
  /** Asked with the address about to be dialled: a name that changes its address between check and use gains nothing. */
  refusesAddress(host: string, port: number, address: string): string | undefined;
  /** Asked with a name that a proxy will look up, out of sight: only the name itself can permit it. */
  refusesProxied(host: string, port: number): string | undefined;
}

/** Throws EGRESS_RULE_INVALID. */
export function createEgressGuard(rules: EgressRules): EgressGuard {
  const allow = rules.allow.map((rule) => compileEgressRule('allow', rule));
  const deny = rules.deny.map((rule) => compileEgressRule('deny', rule));
  const allowsAddresses = allow.some((rule) => rule.kind === 'range');

  return {
    refusesName(host, port) {
      const name = plainName(host);
      if (deny.some((rule) => applies(rule, name, port))) return DENIED;
      if (allow.length === 0 || allowsAddresses) return undefined;
      return allow.some((rule) => applies(rule, name, port)) ? undefined : NOT_ALLOWED;
    },
    refusesAddress(host, port, text) {
      const name = plainName(host);
      const address = parseAddress(text);
      if (deny.some((rule) => applies(rule, name, port, address))) return DENIED;
      const permits = allow.filter((rule) => applies(rule, name, port, address));
      if (allow.length > 0 && permits.length === 0) return NOT_ALLOWED;
      return refusesClass(classifyAddress(address), permits, rules.allowPrivateNetworks);
    },
    refusesProxied(host, port) {
      const name = plainName(host);
      if (deny.some((rule) => applies(rule, name, port))) return DENIED;
      const permits = allow.filter((rule) => applies(rule, name, port));
      if (allow.length > 0 && permits.length === 0) return NOT_ALLOWED;
      return refusesClass(classifyName(name), permits, rules.allowPrivateNetworks);
    },
  };
}

const DENIED = 'it is listed under `egress.deny`';
const NOT_ALLOWED = 'it is not listed under `egress.allow`';

/** Whoever owns a name chooses its address: metadata is permitted by address only, a private address also by its very name. */
function refusesClass(kind: AddressClass, permits: readonly EgressRule[], allowPrivate: boolean): string | undefined {
  if (kind === 'public' || permits.some((rule) => rule.kind === 'range')) return undefined;
  if (kind === 'metadata') return 'it leads to a link-local or cloud metadata address';
  if (kind === 'translated') return 'it leads through an address translator, where it cannot be checked';
  if (kind === 'group') return 'it leads to a multicast or broadcast address';
  return allowPrivate || permits.some((rule) => rule.kind === 'name') ? undefined : 'it leads to a private address';
}

function applies(rule: EgressRule, host: string, port: number, address?: Address): boolean {
  return (rule.port === undefined || rule.port === port) && rule.matches(host, address);
}

/** As far as a name tells by itself: names without a dot, and those reserved for networks that are not public. */
function classifyName(name: string): AddressClass {
  if (/^(?:metadata\.google\.internal|metadata\.goog|instance-data(?:\.ec2\.internal)?)$/.test(name)) return 'metadata';
  return /^[^.]+$|\.(?:localhost|local|internal|home\.arpa)$/.test(name) ? 'private' : 'public';
}
