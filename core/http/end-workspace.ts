import { raise } from '../errors/catalogue.ts';
import type { WorkspaceRuns } from '../executor/workspace-runs.ts';
import { controlRuns, findRuns } from './run-bulk.ts';

export interface EndingWorkspace {
  readonly runs: WorkspaceRuns;
  /** Takes the workspace away, and with it whatever could start another run. */
  remove(): Promise<void>;
  /** True: also while runs are under way. */
  readonly force: boolean;
}

const WORKSPACE_GONE = 'its workspace was deleted';

/** Removes a workspace and ends what runs in it: in this order, so that nothing begins meanwhile. Throws WORKSPACE_BUSY. */
export async function endWorkspace({ runs, remove, force }: EndingWorkspace): Promise<void> {
  const { ids, more } = await findRuns(runs, { status: 'running' });
  if (ids.length > 0 && !force) throw raise.WORKSPACE_BUSY({ runs: `${ids.length}${more ? ' or more' : ''}` });
  await remove();
  for (;;) {
    const left = await findRuns(runs, { status: 'running' });
    const { done } = await controlRuns(runs, 'terminate', left.ids, WORKSPACE_GONE);
    // What refuses now is ended by whoever looks for runs without a workspace.
    if (done < left.ids.length || !left.more) return;
  }
}
