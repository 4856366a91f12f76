import type { Exchange, PolicyIdentity } from '@backplane/sdk';
import type { Aliases } from './aliases.ts';
import { type ClaimReader, claimReader } from './claim-reader.ts';
import type { ClaimsSettings } from './settings.ts';

type Params = Exchange['route']['params'];
type Wanted = Readonly<Record<string, readonly string[]>>;

export interface Shortfall {
  readonly kind: 'claim' | 'scope';
  /** What is missing, by name; never a value of the caller's. */
  readonly what: string;
}

/** What an identity lacks; undefined when it has all. */
export type Requirement = (identity: PolicyIdentity, params: Params) => Shortfall | undefined;

export function requirementOf(config: ClaimsSettings): Requirement {
  const { aliases, scopes, encodedParams } = config;
  const present = config.present.map((claim) => ({ claim, read: claimReader(claim, aliases) }));
  const required = config.require === undefined ? undefined : allOf(config.require, aliases);
  const alternatives = config.any?.map((set) => allOf(set, aliases));
  return (identity, given) => {
    const params = encodedParams ? decodedParams(given) : given;
    const absent = present.find(({ read }) => read(identity).length === 0);
    if (absent !== undefined) return { kind: 'claim', what: absent.claim };
    const missing = scopes.all.find((scope) => !identity.scopes.includes(scope));
    if (missing !== undefined) return { kind: 'scope', what: missing };
    if (scopes.any.length > 0 && !scopes.any.some((scope) => identity.scopes.includes(scope)))
      return { kind: 'scope', what: scopes.any.join(' ') };
    const unfit = required?.(identity, params);
    if (unfit !== undefined) return { kind: 'claim', what: unfit };
    if (alternatives?.every((set) => set(identity, params) !== undefined))
      return { kind: 'claim', what: 'one of several sets of claims' };
    return undefined;
  };
}

/** The first claim that does not fit. */
function allOf(wanted: Wanted, aliases: Aliases): (identity: PolicyIdentity, params: Params) => string | undefined {
  const claims = Object.entries(wanted).map(([claim, values]) => {
    // In a token they are one text, divided by spaces.
    const read: ClaimReader = claim === 'scope' ? ({ scopes }) => scopes : claimReader(claim, aliases);
    const fixed = new Set(values.filter((value) => !PLACEHOLDER.test(value)));
    const names = values.flatMap((value) => PLACEHOLDER.exec(value)?.[1] ?? []);
    return { claim, read, fixed, names };
  });
  return (identity, params) =>
    claims.find(({ read, fixed, names }) => {
      for (const value of read(identity)) {
        if (fixed.has(value)) return false;
        if (names.some((name) => Object.hasOwn(params, name) && params[name] === value)) return false;
      }
      return true;
    })?.claim;
}

const PLACEHOLDER = /^\{([^{}]+)\}$/;

function decodedParams(params: Params): Params {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, decoded(value)]));
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
