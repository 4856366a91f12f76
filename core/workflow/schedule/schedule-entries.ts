import { stringifyJson } from '@backplane/sdk';
import type { ScheduleEntry } from '../../storage/schedule-store.ts';
import type { WorkflowDefinition } from '../workflow-definition.ts';
import { type ScheduleTrigger, timingOf } from './schedule-spec.ts';

/** The schedules of a workflow file as they are stored. */
export function scheduleEntries({ triggers }: WorkflowDefinition): ScheduleEntry[] {
  return triggers.filter((trigger) => trigger.type === 'schedule').map(scheduleEntry);
}

export function scheduleEntry({ ref, description, paused, spec }: Omit<ScheduleTrigger, 'type'>): ScheduleEntry {
  return {
    ref,
    description: description ?? '',
    spec: stringifyJson(spec),
    timing: stringifyJson(timingOf(spec)),
    beginsPaused: paused,
  };
}
