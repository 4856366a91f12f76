import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '@backplane/sdk';
import type { Journal, Sleeper } from '../journal/journal.ts';
import type { Pending } from '../scheduler/state.ts';
import type { Clock } from './clock.ts';
import type { LiveRun } from './live-run.ts';
import { takeSnapshot } from './snapshot.ts';

export interface SleepersOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
  readonly live: ReadonlyMap<string, LiveRun>;
  /** Those whose runs are ours. */
  shards(): readonly number[];
  /** A run sleeps when it has nothing to do for longer than this; milliseconds. */
  readonly sleepAfterMs: number;
  /** Brings a sleeping run back to life, if it is asleep. */
  load(runId: string): Promise<void>;
  /** Takes a run out of memory that the journal has whole. */
  rest(run: LiveRun): void;
  /** True while there are too many live runs to take on more. */
  full(): boolean;
}

/** Of a run that waits for others only. */
const NEVER = 8_640_000_000_000_000;
/** System timers stop while a machine sleeps: looking at the clock this often notices that time has jumped. */
const LONGEST_WAIT_MS = 1_000;
/** Others may have roused a run in the journal. */
const LOOK_MS = 5_000;
const SCAN_MS = 2_000;
const PAGE = 200;
const LANES = 4;
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
/** How long waking waits for room among the live runs before it goes on all the same: they may be waiting for the sleepers. */
const PATIENCE_MS = 2_000;

/**
 * Runs that have nothing to do for a while leave the memory, with a snapshot and the time when they must be back. One timer wakes
 * the nearest of them.
 */
export class Sleepers implements Disposable {
  readonly #options: SleepersOptions;
  readonly #waking = new Map<string, Promise<void>>();
  #nearest = 0;
  #nextLook = 0;
  #nextScan = 0;
  #armed: Disposable | undefined;
  #stopped = false;

  constructor(options: SleepersOptions) {
    this.#options = options;
  }

  start(): void {
    if (!this.#stopped && Number.isFinite(this.#options.sleepAfterMs)) this.#arm();
  }

  [Symbol.dispose](): void {
    this.#stopped = true;
    this.#armed?.[Symbol.dispose]();
  }

  /** The run, live again, if it is asleep. */
  async wake(runId: string): Promise<LiveRun | undefined> {
    const { live, load } = this.#options;
    if (!live.has(runId) && !this.#stopped) {
      let waking = this.#waking.get(runId);
      if (waking === undefined) {
        waking = load(runId).finally(() => this.#waking.delete(runId));
        this.#waking.set(runId, waking);
      }
      await waking;
    }
    return live.get(runId);
  }

  #arm(): void {
    const { clock } = this.#options;
    const wait = Math.min(LONGEST_WAIT_MS, Math.max(0, this.#nearest - clock.now()));
    this.#armed = clock.after(wait, () => void this.#tick());
  }

  async #tick(): Promise<void> {
    const now = this.#options.clock.now();
    try {
      if (now >= this.#nearest || now >= this.#nextLook) await this.#wakeDue(now);
      if (now >= this.#nextScan) await this.#putToSleep(now);
    } catch (error) {
      this.#nearest = now + LONGEST_WAIT_MS;
      this.#options.log.warn('Sleeping runs are looked after later', { cause: (error as Error).message });
    }
    if (!this.#stopped) this.#arm();
  }

  async #wakeDue(now: number): Promise<void> {
    const { journal, live, shards } = this.#options;
    const ours = shards();
    for (let last: Sleeper | undefined, more = true; more && !this.#stopped; ) {
      const page = await journal.sleepers(now, last, PAGE, ours);
      await inLanes(
        page.filter(({ runId }) => !live.has(runId)),
        ({ runId }) => this.wake(runId),
      );
      last = page.at(-1);
      more = page.length === PAGE;
      if (more) await this.#room();
    }
    const [next] = await journal.sleepers(NEVER, { wakeAt: now, runId: LAST_ID }, 1, ours);
    this.#nearest = next?.wakeAt ?? NEVER;
    this.#nextLook = now + LOOK_MS;
  }

  async #room(): Promise<void> {
    for (let waited = 0; this.#options.full() && waited < PATIENCE_MS; waited += 50) await pause(50);
  }

  async #putToSleep(now: number): Promise<void> {
    const { live, sleepAfterMs } = this.#options;
    this.#nextScan = now + Math.min(SCAN_MS, sleepAfterMs);
    const tired = [...live.values()].flatMap((run) => {
      const wakeAt = idleUntil(run, live);
      return wakeAt !== undefined && wakeAt > now + sleepAfterMs ? [{ run, wakeAt }] : [];
    });
    for (let i = 0; i < tired.length && !this.#stopped; i += PAGE) {
      await Promise.all(tired.slice(i, i + PAGE).map(({ run, wakeAt }) => this.#sleep(run, wakeAt)));
    }
  }

  async #sleep(run: LiveRun, wakeAt: number): Promise<void> {
    const { journal, live, rest, log } = this.#options;
    if (idleUntil(run, live) !== wakeAt) return;
    if (run.wakeAt !== wakeAt) {
      // From here on, whatever happens to the run tells the journal that it is awake.
      run.wakeAt = wakeAt;
      try {
        const snapshot = takeSnapshot(run);
        run.snapshot = { size: snapshot.body.length, at: run.size, pending: false };
        await journal.append([{ runId: run.runId, wakeAt, snapshot }], { refusable: true });
      } catch (error) {
        delete run.wakeAt;
        log.debug('A run could not be put to sleep', { run: run.runId, cause: (error as Error).message });
        return;
      }
      // Whoever has just found the run does what it came for first.
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (run.wakeAt === undefined || this.#stopped || idleUntil(run, live) === undefined) return;
    rest(run);
    this.#nearest = Math.min(this.#nearest, wakeAt);
  }
}

/** When the run has something to do again, if it has nothing to do now; the journal has it whole. */
function idleUntil(run: LiveRun, live: ReadonlyMap<string, LiveRun>): number | undefined {
  const { state } = run;
  if (run.over || state.status !== 'running' || run.durable !== run.appended) return undefined;
  if (run.inFlight.size > 0 || run.watchers.size > 0 || run.snapshot?.pending === true) return undefined;
  if (state.ready.length > state.readyFrom) return undefined;
  // Runs that count together are counted while they live.
  if (state.queued === true || state.concurrencyKey !== undefined) return undefined;
  let until = NEVER;
  for (const seq in state.pending) {
    const due = dueAt(state.pending[seq]!, live);
    if (due === undefined) return undefined;
    until = Math.min(until, due);
  }
  return until;
}

/** When the answer is to be expected at the earliest; undefined: at any moment. */
function dueAt(pending: Pending, live: ReadonlyMap<string, LiveRun>): number | undefined {
  if (pending.kind === 'timer') return pending.fireAt;
  // A run waits asleep for one that is asleep itself: its end rouses it.
  if (pending.kind === 'child' && pending.runId !== undefined && !live.has(pending.runId)) return NEVER;
  return undefined;
}

async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const rest = items.values();
  const lane = async () => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}
