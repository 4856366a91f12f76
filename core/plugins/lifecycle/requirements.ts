import type { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { compileRange } from '../manifest/version-range.ts';

/** What the order of plugins depends on. */
export interface Requiring {
  readonly id: string;
  readonly version: string;
  readonly requires: Readonly<Record<string, string>>;
}

/** The circle that a plugin is part of, from it back to itself; undefined when there is none. */
export function circleOf(id: string, plugins: ReadonlyMap<string, Requiring>): readonly string[] | undefined {
  const dead = new Set<string>();
  const search = (at: string, path: readonly string[]): readonly string[] | undefined => {
    for (const next of Object.keys(plugins.get(at)?.requires ?? {})) {
      if (next === id) return [...path, next];
      if (dead.has(next)) continue;
      dead.add(next);
      const found = search(next, [...path, next]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return search(id, [id]);
}

/** Why what a plugin requires is not there, if so. `isUp` tells whether a plugin can be called. */
export function missingRequirement(
  { id, requires }: Requiring,
  plugins: ReadonlyMap<string, Requiring>,
  isUp: (id: string) => boolean,
): BackplaneError | undefined {
  for (const [needs, range] of Object.entries(requires)) {
    const found = plugins.get(needs);
    const problem =
      found === undefined
        ? 'which is not here'
        : !compileRange(range)!(found.version)
          ? `version ${range}, but ${found.version} is here`
          : isUp(needs)
            ? undefined
            : 'which is not active';
    if (problem !== undefined) return raise.PLUGIN_REQUIRES_MISSING({ id, needs, problem });
  }
  return undefined;
}
