import { setTimeout as pause } from 'node:timers/promises';
import { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { toErrorRecord } from '../../errors/to-record.ts';
import { compileWorkflow } from '../../workflow/compile-workflow.ts';
import type { Graph } from '../../workflow/graph.ts';
import type { WorkflowDefinition } from '../../workflow/workflow-definition.ts';
import type { StoredRun } from '../journal/journal.ts';
import type { Command } from '../scheduler/command.ts';
import { reduce } from '../scheduler/reduce.ts';
import { type LiveRun, newLiveRun } from './live-run.ts';
import type { RecoveryOptions } from './recovery-options.ts';
import { rejoinChildren } from './rejoin-children.ts';
import { storedEvents } from './stored-record.ts';

/** Recovered at the same time: as many as the journal reads at once. */
const LANES = 4;
const RETRY_MS = 500;

/** Brings runs back to where the journal has them and lets them go on. One that cannot go on fails; the others do not notice. */
export async function recoverRuns(runIds: readonly string[], options: RecoveryOptions): Promise<void> {
  const rest = runIds.values();
  const lane = async () => {
    for (const runId of rest) await recoverOne(runId, options);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  if (!options.stopped()) options.machine.children.cancelOrphans();
}

async function recoverOne(runId: string, options: RecoveryOptions): Promise<void> {
  while (!options.stopped()) {
    try {
      const stored = await options.journal.run(runId);
      if (stored?.status === 'running') await resume(stored, options);
      return;
    } catch (error) {
      if (!BackplaneError.is(error) || error.code !== 'STORAGE_UNAVAILABLE') throw error;
      await pause(RETRY_MS);
    }
  }
}

async function resume(stored: StoredRun, options: RecoveryOptions): Promise<void> {
  try {
    const { recovered, commands } = await recoverRun(stored, options);
    if (options.stopped()) return;
    options.machine.adopt(recovered, commands);
    await rejoinChildren(recovered, options);
  } catch (error) {
    if (BackplaneError.is(error) && !error.code.startsWith('RUN_')) throw error;
    options.log.error('A run could not be recovered', { run: stored.runId, cause: (error as Error).message });
    const run = newLiveRun(stored.runId, stored, noGraph());
    run.state.startedAt = stored.startedAt;
    await options.machine.fail(run, toErrorRecord(error));
  }
}

/** Folds the events into the state, and keeps the commands that nothing has answered. */
async function recoverRun(
  stored: StoredRun,
  { journal, definitions }: RecoveryOptions,
): Promise<{ recovered: LiveRun; commands: readonly Command[] }> {
  const graph = await definitions.graph(stored.definitionHash, (hash) => journal.definition(hash));
  const run = newLiveRun(stored.runId, stored, graph);
  const open = new Map<number, Command>();
  for await (const event of storedEvents(journal, stored.runId)) {
    if ((run.appended === 0) !== (event.type === 'RunStarted'))
      throw raise.RUN_JOURNAL_CORRUPT({ cause: 'it does not begin with the start' });
    for (const command of fold(run, event))
      if (command.type === 'RunAction' || command.type === 'StartTimer' || command.type === 'StartChild')
        open.set(command.seq, command);
    run.appended++;
  }
  if (run.state.status !== 'running')
    throw raise.RUN_JOURNAL_CORRUPT({ cause: `its events end as "${run.state.status}", its entry does not` });
  run.durable = run.appended;
  return {
    recovered: run,
    commands: [...open.values()].filter(
      ({ type, ...command }) => 'seq' in command && Object.hasOwn(run.state.pending, command.seq),
    ),
  };
}

function fold(run: LiveRun, event: Parameters<typeof reduce>[2]): readonly Command[] {
  try {
    return reduce(run.graph, run.state, event);
  } catch (cause) {
    throw raise.RUN_JOURNAL_CORRUPT(
      { cause: `the scheduler does not take its records: ${(cause as Error).message}` },
      { cause },
    );
  }
}

/** Stands in for what does not compile any more. */
function noGraph(): Graph {
  const nothing: WorkflowDefinition = {
    title: '',
    description: '',
    strict: false,
    entrypoint: {},
    actions: [],
    config: { environment: 'default', timeout: 0 },
    triggers: [],
  };
  return compileWorkflow(nothing);
}
