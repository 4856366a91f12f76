import { raise } from '../../errors/catalogue.ts';
import type { GatewayProblem } from '../files/gateway-problem.ts';

/** A plugin and what it brings of one kind. */
export interface Bringing {
  readonly id: string;
  readonly names: readonly string[];
}

/** Plugins are switched on and off there. */
const PLACE = { file: 'config/plugins.yaml', line: 1, column: 1 };

/** What several plugins bring under one name: that of the first is used, which nobody should have to find out by themselves. */
export function namesTwice(
  kind: 'policy' | 'service discovery',
  plugins: readonly Bringing[],
): readonly GatewayProblem[] {
  const first = new Map<string, string>();
  const problems: GatewayProblem[] = [];
  for (const { id, names } of plugins)
    for (const name of names) {
      const used = first.get(name);
      if (used === undefined) first.set(name, id);
      else {
        const { code, message, facts } = raise.GATEWAY_PLUGIN_NAME_TAKEN({ kind, name, used, unused: id });
        problems.push({ severity: 'warning', code, message, remedy: facts.remedy, place: PLACE });
      }
    }
  return problems;
}
