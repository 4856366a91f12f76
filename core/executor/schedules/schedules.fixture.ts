import { raise } from '../../errors/catalogue.ts';
import { DEFAULT_WORKSPACE } from '../../storage/default-place.ts';
import type { ScheduleStore } from '../../storage/schedule-store.ts';
import { silentLog } from '../../storage/silent-log.fixture.ts';
import type { RunnableWorkflow, WorkspaceWorkflows } from '../../workflow/workflow-catalogue.ts';
import type { Clock } from '../embedded/clock.ts';
import type { Engine, RunRecord, RunRequest } from '../engine.ts';
import { workflow } from '../scheduler/run-driver.fixture.ts';
import { createSchedules, type RunningSchedules } from './create-schedules.ts';
import type { WorkspaceSchedules } from './schedules.ts';

export const WORKFLOW = '00000000-0000-7000-8000-000000000001';

interface TestRun {
  readonly runId: string;
  readonly request: RunRequest;
  readonly ended: PromiseWithResolvers<void>;
  status: RunRecord['status'];
}

/** An engine whose runs end when the test says so, or at once. It knows every key that it has seen. */
export class TestRuns {
  readonly all: TestRun[] = [];
  /** Thrown by the next starts. */
  refusal: Error | undefined;
  endsAtOnce = true;
  readonly #keys = new Map<string, string>();

  readonly engine = {
    start: async (request: RunRequest) => {
      if (this.refusal !== undefined) throw this.refusal;
      const known = request.idempotencyKey === undefined ? undefined : this.#keys.get(request.idempotencyKey);
      if (known !== undefined) return { runId: known, existing: true };
      const runId = `run-${this.all.length + 1}`;
      const run: TestRun = { runId, request, ended: Promise.withResolvers(), status: 'running' };
      this.all.push(run);
      if (request.idempotencyKey !== undefined) this.#keys.set(request.idempotencyKey, runId);
      if (this.endsAtOnce) this.end(runId);
      return { runId, existing: false };
    },
    result: async (runId: string) => {
      const run = this.#find(runId)!;
      await run.ended.promise;
      return { runId, status: run.status };
    },
    get: async (runId: string) => {
      const run = this.#find(runId);
      return run && { runId, status: run.status };
    },
    cancel: async (runId: string) => this.end(runId, 'cancelled'),
  } as unknown as Engine;

  /** The times for which runs were started, in order. */
  get times(): number[] {
    return this.all.map(({ request }) => request.timeAnchor!);
  }

  end(runId: string, status: RunRecord['status'] = 'completed'): void {
    const run = this.#find(runId)!;
    if (run.status !== 'running') return;
    run.status = status;
    run.ended.resolve();
  }

  #find(runId: string): TestRun | undefined {
    return this.all.find((run) => run.runId === runId);
  }
}

/** A workflow of the catalogue; `broken` makes it one that cannot be used any more. */
export function testWorkflows(state: { broken?: boolean } = {}) {
  const runnable = async (id: string): Promise<RunnableWorkflow> => {
    if (state.broken === true || id !== WORKFLOW) throw raise.WORKFLOW_NOT_FOUND({ id });
    return { id, workspace: DEFAULT_WORKSPACE, version: 1, definition: workflow([{ ref: 'a' }]) };
  };
  return { byId: runnable, in: () => ({ runnable, get: runnable }) as unknown as WorkspaceWorkflows };
}

export function testSchedules(
  store: ScheduleStore,
  clock: Clock,
  engine: Engine,
  more: { workflows?: ReturnType<typeof testWorkflows>; mayFire?: (id: string) => boolean } = {},
): RunningSchedules & WorkspaceSchedules {
  const running = createSchedules({ store, engine, clock, log: silentLog, workflows: testWorkflows(), ...more });
  return { ...running, ...running.in(DEFAULT_WORKSPACE) };
}

/** Lets everything that was begun go as far as it can without time passing. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}
