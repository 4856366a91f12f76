import { raise } from '../../errors/catalogue.ts';
import type { Findings } from '../../language/source/findings.ts';
import type { DataPath } from '../../language/source/yaml-source.ts';
import { checkIterators, checkTemplate } from '../../language/template/check-template.ts';
import { compileIterators } from '../../language/template/compile-iterators.ts';
import { compileTemplate } from '../../language/template/compile-template.ts';
import { controlKind } from '../control/control-kind.ts';
import { SUBFLOW_TARGETS } from '../control/limits.ts';
import { readsSteps } from '../reads-steps.ts';
import type { ActionDefinition, WorkflowDefinition } from '../workflow-definition.ts';
import { type ExpressionPlace, expressionPlaces } from './expression-places.ts';

/** Every subflow names one workflow; and who reads what a run returns should have waited for it. */
export function checkSubflows(findings: Findings, definition: WorkflowDefinition, path: DataPath): void {
  const read = new Set<string>();
  for (const [index, action] of definition.actions.entries()) {
    if (controlKind(action.action) !== 'subflow') continue;
    const at = [...path, 'actions', index];
    checkTarget(findings, action, at);
    if (action.forEach !== undefined || Object.hasOwn(action.args, 'wait_strategy')) continue;
    if (read.size === 0) for (const ref of resultsRead(definition, path)) read.add(ref);
    if (!read.has(action.ref)) continue;
    const error = raise.WORKFLOW_SUBFLOW_DETACHED({ ref: action.ref });
    findings.atValue([...at, 'action'], error, { severity: 'warning' });
  }
}

function checkTarget(findings: Findings, { ref, args }: ActionDefinition, at: DataPath): void {
  const named = SUBFLOW_TARGETS.filter((name) => Object.hasOwn(args, name));
  if (named.length === 1) return;
  const place = named.length === 0 ? [...at, 'action'] : [...at, 'args', named[1]!];
  findings.atValue(place, raise.WORKFLOW_SUBFLOW_TARGET({ ref, named: named.length }));
}

/** Refs of whose result somebody reads more than the id of the run. */
function* resultsRead(definition: WorkflowDefinition, path: DataPath): Generator<string> {
  const actions = new Set(definition.actions.map(({ ref }) => ref));
  for (const place of expressionPlaces(definition, path)) {
    for (const { segments } of referencesOf(place, actions).filter(readsSteps)) {
      const [ref, part, key] = segments;
      if (ref !== undefined && part === 'result' && key !== 'run_id') yield ref;
    }
  }
}

function referencesOf({ kind, value, contexts }: ExpressionPlace, actions: ReadonlySet<string>) {
  const check = kind === 'iterators' ? checkIterators : checkTemplate;
  if (check(value, { contexts, actions }).length > 0) return [];
  return (kind === 'iterators' ? compileIterators(value as readonly string[]) : compileTemplate(value)).references;
}
