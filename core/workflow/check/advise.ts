import type { Findings } from '../../language/source/findings.ts';
import { checkInputs } from './check-inputs.ts';
import { checkMaskedOutput } from './check-masked-output.ts';
import { checkConditions, checkFlow } from './flow/check-flow.ts';
import { checkIslands } from './flow/check-islands.ts';
import type { SoundWorkflow } from './sound-workflow.ts';
import { checkTypes } from './types/check-types.ts';

/** What can be said of a workflow whose graph and expressions are right: mostly warnings of what will not go as it was meant. */
export function advise(findings: Findings, sound: SoundWorkflow): void {
  const { definition, path, edges, scopes } = sound;
  const { actions, strict } = definition;
  checkFlow(findings, { actions, path, edges, scopes, strict });
  checkConditions(findings, actions, path);
  checkIslands(findings, definition, path, edges);
  checkTypes(findings, sound);
  checkInputs(findings, sound);
  checkMaskedOutput(findings, sound);
}
