import { raise } from '../../errors/catalogue.ts';
import type { Journal } from '../journal/journal.ts';

/** Deletes a run that has ended. Its large values go with the next sweep. */
export async function removeRun(journal: Journal, runId: string): Promise<void> {
  const stored = await journal.run(runId);
  if (stored === undefined) throw raise.RUN_NOT_FOUND({ runId });
  if (stored.status === 'running') throw raise.RUN_STILL_RUNNING({ runId });
  const { runIds } = await journal.remove([runId]);
  if (runIds.length > 0) return;
  if ((await journal.run(runId)) === undefined) throw raise.RUN_NOT_FOUND({ runId });
  throw raise.RUN_STILL_NEEDED({ runId, parent: stored.parent?.runId ?? '' });
}
