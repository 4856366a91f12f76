import { setTimeout as pause } from 'node:timers/promises';
import { BackplaneError } from '@backplane/sdk';
import { toErrorRecord } from '../../errors/to-record.ts';
import { compileWorkflow } from '../../workflow/compile-workflow.ts';
import type { Graph } from '../../workflow/graph.ts';
import type { WorkflowDefinition } from '../../workflow/workflow-definition.ts';
import type { StoredRun } from '../journal/journal.ts';
import { newLiveRun } from './live-run.ts';
import type { RecoveryOptions } from './recovery-options.ts';
import { rejoinChildren } from './rejoin-children.ts';
import { restoreRun } from './restore-run.ts';
import { isStoreAway } from './store-away.ts';

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
  if (options.stopped()) return;
  options.machine.children.cancelOrphans(options.shards);
  options.machine.limits.recovered();
}

async function recoverOne(runId: string, options: RecoveryOptions): Promise<void> {
  while (!options.stopped()) {
    try {
      const stored = await options.journal.run(runId);
      if (stored?.status === 'running') await resume(stored, options);
      return;
    } catch (error) {
      if (!isStoreAway(error)) throw error;
      await pause(RETRY_MS);
    }
  }
}

/** Brings one run that is asleep back to life. */
export async function wakeRun(runId: string, options: RecoveryOptions): Promise<void> {
  const stored = await options.journal.run(runId);
  if (stored?.status !== 'running' || stored.wakeAt === undefined || options.machine.live.has(runId)) return;
  await resume(stored, options);
  const run = options.machine.live.get(runId);
  if (run !== undefined) options.machine.children.cancelOrphan(run);
}

async function resume(stored: StoredRun, options: RecoveryOptions): Promise<void> {
  try {
    const { run, commands } = await restoreRun(stored, options);
    if (options.stopped() || options.machine.live.has(stored.runId)) return;
    options.machine.adopt(run, commands);
    await rejoinChildren(run, options);
  } catch (error) {
    if (options.stopped()) return;
    if (BackplaneError.is(error) && !error.code.startsWith('RUN_')) throw error;
    options.log.error('A run could not be recovered', { run: stored.runId, cause: (error as Error).message });
    const run = newLiveRun(stored.runId, stored, noGraph());
    run.state.startedAt = stored.startedAt;
    await options.machine.fail(run, toErrorRecord(error));
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
