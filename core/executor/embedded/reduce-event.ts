import type { Log } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { Command } from '../scheduler/command.ts';
import type { RunEvent } from '../scheduler/event.ts';
import { reduce } from '../scheduler/reduce.ts';
import type { LiveRun } from './live-run.ts';

export type ReduceLog = Pick<Log, 'error'>;

/** Throws RUN_ENGINE_FAULT instead of whatever the reducer throws. */
export function reduceEvent(run: LiveRun, event: RunEvent, log: ReduceLog): readonly Command[] {
  try {
    return reduce(run.graph, run.state, event);
  } catch (cause) {
    log.error('The scheduler failed', { run: run.runId, event: event.type, cause: (cause as Error).stack });
    throw raise.RUN_ENGINE_FAULT({ cause: (cause as Error).message }, { cause });
  }
}
