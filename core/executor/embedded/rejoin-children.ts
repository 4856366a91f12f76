import { setTimeout as pause } from 'node:timers/promises';
import { raise } from '../../errors/catalogue.ts';
import { toErrorRecord } from '../../errors/to-record.ts';
import { shardOf } from '../hosts/shard.ts';
import { isPending, type LiveRun } from './live-run.ts';
import type { RecoveryOptions } from './recovery-options.ts';
import { isStoreAway } from './store-away.ts';
import { storedRecord } from './stored-record.ts';

const RETRY_MS = 500;
const STRAY_LOOK_MS = 1_000;

/** Tells a recovered run of those of its children that have ended without its knowing. The others tell it themselves. */
export async function rejoinChildren(parent: LiveRun, options: RecoveryOptions): Promise<void> {
  for (const [seq, runId] of [...parent.children]) {
    while (!options.stopped()) {
      try {
        await rejoin(parent, seq, runId, options);
        if (shardOf(runId) !== shardOf(parent.runId)) void rejoinLater(parent, seq, runId, options);
        break;
      } catch (error) {
        if (!isStoreAway(error)) throw error;
        await pause(RETRY_MS);
      }
    }
  }
}

/** A child from a version that put children into any shard may end on another host, which does not tell its parent. */
async function rejoinLater(parent: LiveRun, seq: number, runId: string, options: RecoveryOptions): Promise<void> {
  while (!options.stopped() && !parent.over && isPending(parent, seq)) {
    await pause(STRAY_LOOK_MS, undefined, { ref: false });
    await rejoin(parent, seq, runId, options).catch(() => undefined);
  }
}

async function rejoin(
  parent: LiveRun,
  seq: number,
  runId: string,
  { journal, definitions, machine }: RecoveryOptions,
): Promise<void> {
  if (machine.live.has(runId)) return;
  const stored = await journal.run(runId);
  if (stored?.status === 'running') return;
  const child =
    stored === undefined
      ? { runId, status: 'failed' as const, error: toErrorRecord(raise.RUN_NOT_FOUND({ runId })) }
      : await storedRecord(journal, definitions, stored);
  machine.children.tell(parent, seq, child);
}
