import type { AnyNode } from 'acorn';
import { full } from 'acorn-walk';
import type { PluginProject } from '../project/plugin-project.ts';
import type { Breach } from './lint-rule.ts';

/** What a rule says of every node of the plugin's own code (not its tests); undefined: nothing. */
export function findNodes(project: PluginProject, judge: (node: AnyNode) => string | undefined): Breach[] {
  return project.sources
    .filter(({ isTest }) => !isTest)
    .flatMap((source) => {
      const found: Breach[] = [];
      if (source.program === undefined) return found;
      full(source.program, (node) => {
        const message = judge(node as AnyNode);
        if (message !== undefined) found.push({ message, position: source.positionOf(node) });
      });
      return found;
    });
}
