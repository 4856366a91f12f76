import { stringifyJson } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { Findings } from '../../language/source/findings.ts';
import { problemText } from '../../language/source/format-problem.ts';
import { parseYaml } from '../../language/source/parse-yaml.ts';
import type { DataRecord } from '../../language/values/is-record.ts';
import type { ScheduleSpec } from '../schedule/schedule-spec.ts';
import type { WorkflowDefinition } from '../workflow-definition.ts';
import { checkScheduleInputs } from './check-schedule-inputs.ts';
import { MappingReader } from './mapping-reader.ts';
import { readScheduleSpec, SCHEDULE_KEYS } from './read-schedule.ts';

/**
 * Reads a spec that was given outside of any file, in the words of one, and checks its inputs against a workflow if there is one.
 * Throws SCHEDULE_INVALID with every problem.
 */
export function readGivenSpec(
  given: Readonly<Record<string, unknown>>,
  workflow?: Pick<WorkflowDefinition, 'entrypoint'>,
): ScheduleSpec {
  // JSON is YAML: with its positions, findings about a spec can be told as those about a file.
  const findings = new Findings(parseYaml(stringifyJson(given, 2), 'spec'));
  const reader = new MappingReader(findings, findings.source.value as DataRecord, [], 'a schedule');
  const spec = readScheduleSpec(findings, reader);
  reader.finish(SCHEDULE_KEYS);
  if (spec !== undefined && workflow !== undefined) checkScheduleInputs(findings, workflow, spec, []);
  if (spec !== undefined && !findings.hasErrors) return spec;
  const problems = [...findings.source.problems, ...findings.problems];
  const details = { problems: problems.map(({ position: _, ...problem }) => problem) };
  throw raise.SCHEDULE_INVALID({ problems: problems.map(problemText) }, { details });
}
