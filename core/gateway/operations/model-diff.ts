import { isDeepStrictEqual } from 'node:util';
import type { GatewayModel } from '../model/gateway-model.ts';

export interface Changes {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** What a reload changes, by name. Secrets do not show in it. */
export interface ModelDiff {
  readonly routes: Changes;
  readonly upstreams: Changes;
  /** Of the whole gateway; those of a route belong to it. */
  readonly policies: Changes;
}

export function modelDiff(before: GatewayModel, after: GatewayModel): ModelDiff {
  return {
    routes: changes(before.routes, after.routes, ({ id }) => id),
    upstreams: changes(before.upstreams, after.upstreams, ({ name }) => name),
    policies: changes(before.policies, after.policies, ({ id }) => id),
  };
}

/** Names of one kind that a line has room for. */
const NAMED = 20;

/** `routes: +a -b ~c`; undefined where nothing differs. */
export function diffLine(diff: ModelDiff): string | undefined {
  const parts = (Object.entries(diff) as [string, Changes][]).flatMap(([kind, { added, removed, changed }]) => {
    const all = [
      ...added.map((name) => `+${name}`),
      ...removed.map((name) => `-${name}`),
      ...changed.map((name) => `~${name}`),
    ];
    const left = all.length - NAMED;
    const more =
      left > 0 ? ` and ${left} more (${added.length} new, ${removed.length} gone, ${changed.length} changed)` : '';
    return all.length === 0 ? [] : [`${kind}: ${all.slice(0, NAMED).join(' ')}${more}`];
  });
  return parts.length === 0 ? undefined : parts.join('; ');
}

function changes<T>(before: readonly T[], after: readonly T[], nameOf: (item: T) => string): Changes {
  const old = new Map(before.map((item) => [nameOf(item), item]));
  const now = new Map(after.map((item) => [nameOf(item), item]));
  return {
    added: [...now.keys()].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !now.has(name)),
    changed: [...now].flatMap(([name, item]) => {
      const known = old.get(name);
      return known === undefined || isDeepStrictEqual(withoutPlaces(known), withoutPlaces(item)) ? [] : [name];
    }),
  };
}

/** A line more at the top of a file changes nothing. */
function withoutPlaces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPlaces);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (key === 'place' ? [] : [[key, withoutPlaces(item)]])),
  );
}
