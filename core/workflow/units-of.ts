import type { Control, Graph, GraphAction } from './graph.ts';

/**
 * By action: the one that stands for what runs as a whole. The outermost scatter or loop start around it, which its gather or loop
 * end belong to as well; otherwise the action itself.
 */
export function unitsOf({ actions, regions }: Graph): readonly number[] {
  const loopOf = new Map<number, number>();
  for (const { control } of actions) {
    if (control?.kind === 'loop-end') for (const index of control.body) loopOf.set(index, control.start);
  }
  const around = ({ index, region, control }: GraphAction): number | undefined => {
    if (region !== 0) return regions[region]!.scatter;
    return scatterOf(control) ?? loopOf.get(index);
  };
  return actions.map((action) => {
    let unit = action;
    for (let outer = around(unit); outer !== undefined; outer = around(unit)) unit = actions[outer]!;
    return unit.index;
  });
}

function scatterOf(control: Control | undefined): number | undefined {
  return control?.kind === 'gather' ? control.scatter : undefined;
}
