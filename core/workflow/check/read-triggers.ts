import { raise } from '../../errors/catalogue.ts';
import type { Findings } from '../../language/source/findings.ts';
import type { DataPath } from '../../language/source/yaml-source.ts';
import { isRecord } from '../../language/values/is-record.ts';
import type { Trigger, WorkflowDefinition } from '../workflow-definition.ts';
import { checkScheduleInputs } from './check-schedule-inputs.ts';
import { kindOfValue } from './kind-of-value.ts';
import { MappingReader } from './mapping-reader.ts';
import { readPluginTrigger } from './read-plugin-trigger.ts';
import { readSchedule } from './read-schedule.ts';
import { readWebhook } from './read-webhook.ts';

/** What starts the workflow besides people and the API. `beside` are schedules that stand in the file around the definition. */
export function readTriggers(
  findings: Findings,
  reader: MappingReader,
  entrypoint: WorkflowDefinition['entrypoint'],
  beside: readonly unknown[] = [],
): readonly Trigger[] {
  const triggers: Trigger[] = [];
  const refs = new Set<string>();
  const schedules = () => triggers.filter(({ type }) => type === 'schedule').length;
  const keep = (trigger: Trigger | undefined, path: DataPath) => {
    if (trigger === undefined) return;
    if (trigger.type === 'schedule') {
      if (refs.has(trigger.ref)) {
        const problem = `must be unique: there is another schedule \`${trigger.ref}\``;
        findings.atValue([...path, 'ref'], raise.WORKFLOW_VALUE({ key: 'ref', problem }));
      }
      refs.add(trigger.ref);
      checkScheduleInputs(findings, { entrypoint }, trigger.spec, path);
    }
    triggers.push(trigger);
  };
  for (const { entry, path } of mappings(findings, reader.list('triggers') ?? [], [...reader.path, 'triggers']))
    keep(readTrigger(findings, entry, schedules() + 1), path);
  for (const { entry, path } of mappings(findings, beside, ['schedules']))
    keep(readSchedule(findings, entry, schedules() + 1), path);
  if (triggers.filter(({ type }) => type === 'webhook').length > 1)
    reader.bad('triggers', 'may hold one webhook; let its `methods` tell calls apart');
  return triggers;
}

function readTrigger(findings: Findings, reader: MappingReader, position: number): Trigger | undefined {
  if (!reader.require('type')) return undefined;
  const type = reader.choice('type', ['webhook', 'schedule', 'plugin']);
  if (type === 'schedule') return readSchedule(findings, reader, position);
  if (type === 'plugin') return readPluginTrigger(reader);
  return type === 'webhook' ? readWebhook(findings, reader) : undefined;
}

/** The entries of a list that are mappings, each with its reader; for the others the finding says what is there instead. */
function* mappings(findings: Findings, written: readonly unknown[], path: DataPath) {
  for (const [index, value] of written.entries()) {
    const place = [...path, index];
    if (isRecord(value)) yield { entry: new MappingReader(findings, value, place, 'a trigger'), path: place };
    else {
      const error = raise.WORKFLOW_TYPE({
        key: `${path.at(-1)}[${index}]`,
        expected: 'a mapping',
        found: kindOfValue(value),
      });
      findings.atValue(place, error);
    }
  }
}
