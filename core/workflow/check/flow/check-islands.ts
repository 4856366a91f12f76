import { raise } from '../../../errors/catalogue.ts';
import type { Findings } from '../../../language/source/findings.ts';
import type { DataPath } from '../../../language/source/yaml-source.ts';
import type { Edges } from '../../edges-of.ts';
import type { WorkflowDefinition } from '../../workflow-definition.ts';

/** Where `entrypoint.ref` says what comes first, actions that have nothing to do with it run too; other systems leave them out. */
export function checkIslands(findings: Findings, definition: WorkflowDefinition, path: DataPath, edges: Edges): void {
  const { actions, entrypoint } = definition;
  const first = actions.findIndex(({ ref }) => ref === entrypoint.ref);
  if (first === -1) return;
  const connected = new Set([first]);
  for (const index of connected) {
    for (const { from } of edges.incoming[index]!) connected.add(from);
    for (const { to } of edges.outgoing[index]!) connected.add(to);
  }
  for (const [index, { ref }] of actions.entries()) {
    if (connected.has(index) || edges.incoming[index]!.length > 0) continue;
    const error = raise.WORKFLOW_ISLAND({ ref, entrypoint: entrypoint.ref! });
    findings.atValue([...path, 'actions', index, 'ref'], error, { severity: 'warning' });
  }
}
