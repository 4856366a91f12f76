import { raise } from '../errors/catalogue.ts';
import type { Engine } from './engine.ts';
import type { RunHistory } from './history/run-history.ts';
import type { RunTable } from './history/run-table.ts';
import type { InteractionFilter } from './interaction-record.ts';
import type { RunFilter, RunListQuery } from './run-filter.ts';
import { runOfInteraction } from './scheduler/interaction-id.ts';

type Elsewhere =
  | 'workspaceOf'
  | 'removeEnded'
  | 'leads'
  | 'hosts'
  | 'list'
  | 'interactions'
  | typeof Symbol.asyncDispose;

/**
 * The runs of one workspace, and what their steps ask people. Those of any other cannot be seen, steered or answered here, nor told
 * from what does not exist. Otherwise as engine, history and table say it.
 */
export interface WorkspaceRuns extends Omit<Engine, Elsewhere>, RunHistory {
  list(query: Omit<RunListQuery, 'workspace'>): ReturnType<Engine['list']>;
  interactions(filter: Omit<InteractionFilter, 'workspace'>): ReturnType<Engine['interactions']>;
  stats(filter: Omit<RunFilter, 'workspace'>): ReturnType<RunTable['stats']>;
  changes(since: number, limit: number): ReturnType<RunTable['changes']>;
}

export interface Runs {
  in(workspace: string): WorkspaceRuns;
}

export interface RunsOptions {
  readonly engine: Engine;
  readonly history: RunHistory;
  readonly table: Pick<RunTable, 'stats' | 'changes'>;
}

export function createRuns({ engine, history, table }: RunsOptions): Runs {
  return { in: (workspace) => workspaceRuns(workspace, { engine, history, table }) };
}

function workspaceRuns(workspace: string, { engine, history, table }: RunsOptions): WorkspaceRuns {
  const isHere = async (runId: string) => (await engine.workspaceOf(runId)) === workspace;
  /** Throws RUN_NOT_FOUND. */
  const here = async (runId: string): Promise<string> => {
    if (await isHere(runId)) return runId;
    throw raise.RUN_NOT_FOUND({ runId });
  };
  return {
    start: (request) => engine.start({ ...request, workspace }),
    result: async (runId, signal) => engine.result(await here(runId), signal),
    outcome: async (runId, signal) => engine.outcome(await here(runId), signal),
    cancel: async (runId, reason) => engine.cancel(await here(runId), reason),
    terminate: async (runId, reason) => engine.terminate(await here(runId), reason),
    pause: async (runId, reason) => engine.pause(await here(runId), reason),
    resume: async (runId) => engine.resume(await here(runId)),
    rerun: async (runId, request) => engine.rerun(await here(runId), request),
    remove: async (runId) => engine.remove(await here(runId)),
    get: async (runId) => ((await isHere(runId)) ? engine.get(runId) : undefined),
    list: (query) => engine.list({ ...query, workspace }),
    async *events(runId, after, signal) {
      yield* engine.events(await here(runId), after, signal);
    },
    interaction: async (id) => ((await isHere(runOfInteraction(id))) ? engine.interaction(id) : undefined),
    interactions: (filter) => engine.interactions({ ...filter, workspace }),
    async answer(id, answer) {
      if (!(await isHere(runOfInteraction(id)))) throw raise.INTERACTION_NOT_FOUND({ id });
      return engine.answer(id, answer);
    },
    details: async (runId, query) => ((await isHere(runId)) ? history.details(runId, query) : undefined),
    attempts: async (runId, query) => history.attempts(await here(runId), query),
    stats: (filter) => table.stats({ ...filter, workspace }),
    changes: (since, limit) => table.changes(since, limit, workspace),
  };
}
