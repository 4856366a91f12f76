import { raise } from '../../errors/catalogue.ts';
import { referencedPaths } from '../../language/expression/referenced-paths.ts';
import type { Findings } from '../../language/source/findings.ts';
import { expressionPlaces } from './expression-places.ts';
import type { SoundWorkflow } from './sound-workflow.ts';
import { writtenExpressions } from './written-expressions.ts';

/** Warns of declared inputs that nothing reads. */
export function checkInputs(findings: Findings, { definition, path }: SoundWorkflow): void {
  const { actions, entrypoint } = definition;
  const unread = new Set(Object.keys(entrypoint.expects ?? {}));
  // What an action takes as it is written may be evaluated by the action.
  if (actions.some(({ unevaluated }) => unevaluated.length > 0)) return;
  for (const place of expressionPlaces(definition, path)) {
    for (const { node } of writtenExpressions(place.value, place.path)) {
      for (const { context, segments } of referencedPaths(node)) {
        if (context !== 'TRIGGER' && context !== 'INPUTS') continue;
        if (segments[0] === undefined) return;
        unread.delete(segments[0]);
      }
    }
  }
  for (const name of unread) {
    const at = [...path, 'entrypoint', 'expects', name];
    findings.atKey(at, raise.WORKFLOW_INPUT_UNUSED({ name }), { severity: 'warning' });
  }
}
