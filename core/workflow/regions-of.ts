import { controlKind } from './control/control-kind.ts';
import type { Region } from './graph.ts';
import { enclosing, type Scopes } from './scopes.ts';

export interface Regions {
  readonly regions: readonly Region[];
  /** By action: the region to which its result belongs. */
  readonly of: readonly number[];
  /** By scope: the region that it is part of. Loops are part of the region around them. */
  readonly ofScope: readonly number[];
}

/** What runs once in the run, and what runs once in every stream. */
export function regionsOf(actions: readonly { readonly action: string }[], { all, of }: Scopes): Regions {
  const scatters = all.filter(({ kind }) => kind === 'scatter');
  const regionOfScope = new Map(scatters.map(({ index }, position) => [index, position + 1]));
  const ofScope = all.map(({ index }) => {
    const innermost = enclosing(all, index).find(({ kind }) => kind === 'scatter');
    return innermost === undefined ? 0 : regionOfScope.get(innermost.index)!;
  });
  const members: number[][] = [[], ...scatters.map(() => [])];
  const home = actions.map(({ action }, index) => {
    const scope = all[of[index]!]!;
    const region = ofScope[scope.index]!;
    members[region]!.push(index);
    if (controlKind(action) !== 'gather' || scope.kind !== 'scatter') return region;
    const outer = ofScope[scope.parent!]!;
    members[outer]!.push(index);
    return outer;
  });
  const regions = members.map((list, index) => {
    return { index, ...(index > 0 && { scatter: scatters[index - 1]!.opener! }), members: list };
  });
  return { regions, of: home, ofScope };
}
