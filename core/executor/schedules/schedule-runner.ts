import { BackplaneError, type Log } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { toErrorRecord } from '../../errors/to-record.ts';
import type { ScheduleEntry, ScheduleProgress, ScheduleStore, StoredSchedule } from '../../storage/schedule-store.ts';
import { prepareTrigger } from '../../workflow/prepare-trigger.ts';
import type { ScheduleSpec } from '../../workflow/schedule/schedule-spec.ts';
import type { WorkflowCatalogue } from '../../workflow/workflow-catalogue.ts';
import type { Clock } from '../embedded/clock.ts';
import type { Engine, RunStatus } from '../engine.ts';
import { decideOccurrences, keyLife, nextDueTime, nextStep } from './decide.ts';
import { presentStatus } from './present-status.ts';
import {
  counted,
  type LastRun,
  type OpenSchedule,
  openSchedule,
  type ScheduleState,
  stateText,
  type Waiting,
  withEnded,
  withLateRun,
  withoutWaiting,
  withRun,
} from './schedule-state.ts';

export interface ScheduleRunnerOptions {
  readonly store: ScheduleStore;
  readonly engine: Engine;
  readonly workflows: Pick<WorkflowCatalogue, 'byId'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Aborts when the host stops. */
  readonly stopping: AbortSignal;
  /** Called when a schedule has become due before its time. */
  wake(): void;
}

/** What a change of a schedule says; what it leaves out stays. */
export type ScheduleChange = Partial<ScheduleEntry & Omit<ScheduleProgress, 'state' | 'dueAt' | 'note'>> & {
  readonly state?: ScheduleState;
  /** Null: nothing to do. */
  readonly dueAt?: number | null;
  /** Null: none. */
  readonly note?: string | null;
};

const MOST_ATTEMPTS = 20;
const RETRY_MS = 5_000;
/** The end of a run that another host works on is noticed by looking. */
const LOOK_AGAIN_MS = 10_000;

/**
 * Brings schedules forward, each by itself. What happens to an occurrence is stored before anything is done, and what is done is
 * stored afterwards; between the two stands the engine's idempotency key. So a crash at any place changes nothing of what runs, nor
 * do two hosts that work on the same schedule at once.
 */
export class ScheduleRunner {
  readonly #options: ScheduleRunnerOptions;

  constructor(options: ScheduleRunnerOptions) {
    this.#options = options;
  }

  /** Decides what has come, and starts what may start. Whatever goes wrong stays with this schedule. */
  async advance(schedule: StoredSchedule): Promise<void> {
    let stored: StoredSchedule | undefined = schedule;
    for (let attempt = 0; stored !== undefined && attempt < MOST_ATTEMPTS; attempt++) {
      if (await this.#advanceFrom(stored)) return;
      stored = await this.#options.store.get(schedule.id);
    }
  }

  /** Applies a change to the newest state, however many others change it. Throws SCHEDULE_NOT_FOUND and what `change` throws. */
  async change(id: string, change: (open: OpenSchedule) => ScheduleChange | undefined): Promise<StoredSchedule> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const stored = await this.#options.store.get(id);
      if (stored === undefined) throw raise.SCHEDULE_NOT_FOUND({ id });
      const wanted = change(openSchedule(stored));
      if (wanted === undefined) return stored;
      const saved = await this.#save(stored, wanted);
      if (saved !== undefined) return saved;
    }
    throw raise.SCHEDULE_BUSY({ id }, { retryAfterMs: 1_000 });
  }

  /** Starts a run of the schedule that belongs to no occurrence, whatever its policies say. */
  async startNow(id: string): Promise<{ readonly runId: string }> {
    const stored = await this.#options.store.get(id);
    if (stored === undefined) throw raise.SCHEDULE_NOT_FOUND({ id });
    const at = this.#options.clock.now();
    const runId = await this.#startRun(openSchedule(stored), { at });
    await this.change(id, ({ state }) => ({
      state: withRun(state, { scheduledAt: at, startedAt: at, runId, status: 'running' }),
    }));
    this.#watch(id, runId);
    return { runId };
  }

  /** False when somebody else has changed the schedule meanwhile: nothing is lost, but it must be looked at anew. */
  async #advanceFrom(stored: StoredSchedule): Promise<boolean> {
    const { clock } = this.#options;
    let open: OpenSchedule;
    try {
      open = openSchedule(stored);
    } catch (error) {
      // The others must not wait for it.
      this.#options.log.error('A schedule cannot be read', { schedule: stored.id, cause: (error as Error).message });
      return (await this.#save(stored, { dueAt: null })) !== undefined;
    }
    if (stored.paused) return (await this.#save(stored, { dueAt: null })) !== undefined;
    const decided = decideOccurrences(open, clock.now());
    if (decided !== undefined) {
      const saved = await this.#save(stored, decided);
      if (saved === undefined) return false;
      open = { ...open, stored: saved, state: decided.state };
    }
    return this.#carryOut(open);
  }

  async #carryOut(open: OpenSchedule): Promise<boolean> {
    const { clock } = this.#options;
    const { spec } = open;
    let { stored } = open;
    let state = open.state.queue.length === 0 ? open.state : await this.#withoutEnded(open.state);
    let retryAt: number | undefined;
    for (let step = nextStep(state.queue, spec, state.running.length > 0, clock.now()); step !== undefined; ) {
      const { waiting } = step;
      if (step.type === 'drop') state = counted(withoutWaiting(state, waiting), step.as);
      else {
        if (step.cancelPrevious) await this.#cancel(state.running);
        state = step.cancelPrevious ? await this.#withoutEnded(state) : state;
        const outcome = await this.#attempt({ ...open, stored, state }, waiting);
        state = outcome.state;
        if (outcome.retry) {
          retryAt = clock.now() + RETRY_MS;
          break;
        }
        const saved = await this.#save(stored, { state, dueAt: this.#nextLook(stored, spec, state) });
        if (saved === undefined) {
          if (outcome.run !== undefined) await this.#noteLate(stored.id, waiting, outcome.run);
          return false;
        }
        stored = saved;
        if (outcome.run !== undefined) this.#watch(stored.id, outcome.run.runId);
      }
      step = nextStep(state.queue, spec, state.running.length > 0, clock.now());
    }
    const dueAt = retryAt ?? this.#nextLook(stored, spec, state);
    if (stateText(state) === stored.state && dueAt === (stored.dueAt ?? null)) return true;
    return (await this.#save(stored, { state, dueAt })) !== undefined;
  }

  /** Null: never. */
  #nextLook(stored: StoredSchedule, spec: ScheduleSpec, { queue }: ScheduleState): number | null {
    const occurrence = nextDueTime({ stored, spec }) ?? null;
    const again = this.#options.clock.now() + LOOK_AGAIN_MS;
    return queue.length > 0 ? Math.min(occurrence ?? again, again) : occurrence;
  }

  /** Tries to start the run of an occurrence; `retry`: it stays in the queue. */
  async #attempt(
    open: OpenSchedule,
    waiting: Waiting,
  ): Promise<{ readonly state: ScheduleState; readonly run?: LastRun; readonly retry: boolean }> {
    const { state, stored } = open;
    try {
      const runId = await this.#startRun(open, waiting);
      const startedAt = this.#options.clock.now();
      const run = { scheduledAt: waiting.at, startedAt, runId, status: 'running' } as const;
      return { state: withRun(withoutWaiting(state, waiting), run), run, retry: false };
    } catch (thrown) {
      const error = toErrorRecord(thrown);
      const retry = !isPermanent(thrown);
      this.#options.log.warn('A schedule could not start its workflow', {
        schedule: stored.id,
        workflow: stored.workflowId,
        code: error.code,
        cause: error.message,
      });
      if (retry) return { state: { ...state, error }, retry };
      return { state: { ...counted(withoutWaiting(state, waiting), 'failed'), error }, retry };
    }
  }

  /** The run has begun although somebody paused the schedule meanwhile. */
  async #noteLate(id: string, waiting: Waiting, run: LastRun): Promise<void> {
    try {
      await this.change(id, ({ state }) => {
        const late = withLateRun(state, waiting, run);
        return late && { state: late };
      });
      this.#watch(id, run.runId);
    } catch (error) {
      unless('SCHEDULE_NOT_FOUND')(error);
    }
  }

  async #startRun({ stored, spec }: OpenSchedule, { at, key }: { at: number; key?: string }): Promise<string> {
    const { engine, workflows } = this.#options;
    const { id, workspace, version, definition } = await workflows.byId(stored.workflowId);
    const { runId } = await engine.start({
      workflow: id,
      workspace,
      version,
      definition,
      trigger: prepareTrigger(definition, spec.inputs),
      triggerType: 'schedule',
      timeAnchor: at,
      ...(key !== undefined && {
        idempotencyKey: `schedule:${stored.id}:${key}`,
        idempotencyKeyLifeMs: keyLife(spec),
      }),
      ...(spec.environment !== undefined && { environment: spec.environment }),
      ...(spec.timeout !== undefined && { timeoutMs: spec.timeout }),
    });
    return runId;
  }

  async #cancel(running: readonly string[]): Promise<void> {
    const reason = 'the next occurrence of its schedule has come';
    await Promise.all(
      running.map((runId) => this.#options.engine.cancel(runId, reason).catch(unless('RUN_NOT_FOUND'))),
    );
  }

  async #withoutEnded(state: ScheduleState): Promise<ScheduleState> {
    const ended = new Map<string, RunStatus>();
    for (const runId of state.running) {
      const status = await presentStatus(this.#options.engine, runId);
      if (status !== 'running') ended.set(runId, status);
    }
    return ended.size === 0 ? state : withEnded(state, ended);
  }

  /** Notes how a run ends, and lets go on what waits for it. */
  #watch(id: string, runId: string): void {
    const { engine, stopping, clock, wake, log } = this.#options;
    const noted = async () => {
      const { status } = await engine.result(runId, stopping);
      if (stopping.aborted) return;
      const { dueAt } = await this.change(id, ({ state }) => {
        const isKnown = state.running.includes(runId) || state.last?.runId === runId;
        if (!isKnown) return undefined;
        const next = withEnded(state, new Map([[runId, status]]));
        return { state: next, ...(next.queue.length > 0 && { dueAt: clock.now() }) };
      });
      if (dueAt !== undefined && dueAt <= clock.now()) wake();
    };
    // What is not noted now is seen when the schedule fires next.
    noted().catch((error: Error) => {
      if (!stopping.aborted)
        log.debug('The end of a scheduled run was not noted', { schedule: id, cause: error.message });
    });
  }

  /** The schedule as it is afterwards; undefined when somebody else was quicker. */
  async #save(stored: StoredSchedule, change: ScheduleChange): Promise<StoredSchedule | undefined> {
    const { state, dueAt = stored.dueAt, note = stored.note, ...others } = change;
    const { dueAt: _, note: __, ...before } = stored;
    const next: StoredSchedule = {
      ...before,
      ...others,
      ...(dueAt !== null && dueAt !== undefined && { dueAt }),
      ...(note !== null && note !== undefined && { note }),
      ...(state !== undefined && { state: stateText(state) }),
      revision: stored.revision + 1,
    };
    return (await this.#options.store.save(stored.id, stored.revision, next)) ? next : undefined;
  }
}

/** Trying again would fail again: the workflow is gone or broken, or does not take the inputs. */
function isPermanent(thrown: unknown): boolean {
  if (!BackplaneError.is(thrown)) return false;
  const { blame, retry } = thrown.facts;
  return retry !== 'later' && blame !== 'host' && !thrown.code.startsWith('ENGINE_');
}

function unless(code: string) {
  return (error: unknown) => {
    if (!BackplaneError.is(error) || error.code !== code) throw error;
  };
}
