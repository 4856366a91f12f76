import { BackplaneError } from '@backplane/sdk';
import type { Engine, RunStatus } from '../engine.ts';

/** How a run that was once started stands now. */
export async function presentStatus(engine: Pick<Engine, 'get'>, runId: string): Promise<RunStatus> {
  try {
    // One that is not known any more was removed, which only happens to runs that have ended.
    return (await engine.get(runId))?.status ?? 'completed';
  } catch (error) {
    // A damaged run must not keep its schedule waiting.
    if (BackplaneError.is(error) && error.code.startsWith('RUN_')) return 'failed';
    throw error;
  }
}
