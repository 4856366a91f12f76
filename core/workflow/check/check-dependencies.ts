import { raise } from '../../errors/catalogue.ts';
import { nearest } from '../../language/source/did-you-mean.ts';
import type { Findings } from '../../language/source/findings.ts';
import type { DataPath } from '../../language/source/yaml-source.ts';
import type { WorkflowDefinition } from '../workflow-definition.ts';
import { findCycle } from './find-cycle.ts';

/** Every edge leads to an action, none twice, none in a circle, and something comes first. True when the graph can be compiled. */
export function checkDependencies(findings: Findings, { actions }: WorkflowDefinition, path: DataPath): boolean {
  const refs = new Set(actions.map(({ ref }) => ref));
  let sound = checkRefs(findings, actions, path);
  for (const [index, { dependsOn }] of actions.entries()) {
    const seen = new Set<string>();
    for (const [place, { ref, on }] of dependsOn.entries()) {
      const at = dependencyPath(findings, path, index, place);
      const name = on === 'error' ? `${ref}.error` : ref;
      if (!refs.has(ref)) {
        const didYouMean = nearest(ref, refs);
        const error = raise.WORKFLOW_DEPENDENCY_UNKNOWN({ name: ref, didYouMean });
        findings.atValue(at, error, {
          expected: [...refs].join(', '),
          ...(didYouMean !== undefined && { didYouMean }),
        });
        sound = false;
      } else if (seen.has(name)) {
        findings.atValue(at, raise.WORKFLOW_DEPENDENCY_DUPLICATE({ name }));
        sound = false;
      }
      seen.add(name);
    }
  }
  return checkOrder(findings, actions, path) && sound;
}

function checkRefs(findings: Findings, actions: WorkflowDefinition['actions'], path: DataPath): boolean {
  const first = new Map<string, number>();
  let sound = true;
  for (const [index, { ref }] of actions.entries()) {
    const at = [...path, 'actions', index, 'ref'];
    const earlier = first.get(ref);
    if (earlier === undefined) first.set(ref, index);
    else if (ref !== '') {
      const { line } = findings.source.positionOf([...path, 'actions', earlier, 'ref']);
      findings.atValue(at, raise.WORKFLOW_REF_DUPLICATE({ ref, firstLine: line }));
      sound = false;
    }
  }
  return sound;
}

function checkOrder(findings: Findings, actions: WorkflowDefinition['actions'], path: DataPath): boolean {
  const cycle = findCycle(actions.map(({ ref, dependsOn }) => ({ ref, needs: dependsOn.map((edge) => edge.ref) })));
  if (cycle !== undefined) {
    const index = actions.findIndex(({ ref }) => ref === cycle[0]);
    findings.atValue([...path, 'actions', index, 'depends_on'], raise.WORKFLOW_CYCLE({ path: cycle }));
    return false;
  }
  if (actions.length === 0 || actions.some(({ dependsOn }) => dependsOn.length === 0)) return true;
  findings.atValue([...path, 'actions'], raise.WORKFLOW_NO_ENTRYPOINT(undefined));
  return false;
}

/** Where one dependency stands: `depends_on` may be a single text. */
export function dependencyPath(findings: Findings, path: DataPath, index: number, place: number): DataPath {
  const at = [...path, 'actions', index, 'depends_on'];
  return findings.isListAt(at) ? [...at, place] : at;
}
