import { BackplaneError } from '@backplane/sdk';
import type { Findings } from '../../language/source/findings.ts';
import type { DataPath } from '../../language/source/yaml-source.ts';
import { prepareTrigger } from '../prepare-trigger.ts';
import type { ScheduleSpec } from '../schedule/schedule-spec.ts';
import type { WorkflowDefinition } from '../workflow-definition.ts';

/** A schedule whose inputs its workflow would refuse is found now, not at night. `path` is that of its spec. */
export function checkScheduleInputs(
  findings: Findings,
  workflow: Pick<WorkflowDefinition, 'entrypoint'>,
  { inputs }: ScheduleSpec,
  path: DataPath,
): void {
  try {
    prepareTrigger(workflow, inputs);
  } catch (error) {
    if (!BackplaneError.is(error)) throw error;
    findings.atValue(inputs === undefined ? path : [...path, 'inputs'], error);
  }
}
