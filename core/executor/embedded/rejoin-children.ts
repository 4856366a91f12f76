import { setTimeout as pause } from 'node:timers/promises';
import { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { toErrorRecord } from '../../errors/to-record.ts';
import type { LiveRun } from './live-run.ts';
import type { RecoveryOptions } from './recovery-options.ts';
import { storedRecord } from './stored-record.ts';

const RETRY_MS = 500;

/** Tells a recovered run of those of its children that have ended without its knowing. The others tell it themselves. */
export async function rejoinChildren(parent: LiveRun, options: RecoveryOptions): Promise<void> {
  for (const [seq, runId] of [...parent.children]) {
    while (!options.stopped()) {
      try {
        await rejoin(parent, seq, runId, options);
        break;
      } catch (error) {
        if (!BackplaneError.is(error) || error.code !== 'STORAGE_UNAVAILABLE') throw error;
        await pause(RETRY_MS);
      }
    }
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
