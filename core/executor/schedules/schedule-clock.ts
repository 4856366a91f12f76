import { BackplaneError, type Log } from '@backplane/sdk';
import type { DuePlace, ScheduleStore, StoredSchedule } from '../../storage/schedule-store.ts';
import type { Clock } from '../embedded/clock.ts';
import { TimerQueue } from '../embedded/timer-queue.ts';
import type { ScheduleRunner } from './schedule-runner.ts';

export interface ScheduleClockOptions {
  readonly store: ScheduleStore;
  readonly runner: Pick<ScheduleRunner, 'advance'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether this host looks after the schedule; others leave it to the host that does. */
  readonly mayFire?: (scheduleId: string) => boolean;
}

const PAGE = 200;
/** Brought forward at the same time; the rest of the host needs connections too. */
const LANES = 4;
/** Schedules that another host has stored are seen after so long. */
const LOOK_MS = 30_000;
const LEFT_BEHIND_MS = 5_000;
const RETRY_MS = 2_000;

/** One timer for any number of schedules: it asks the store which are due, and when the next one is. */
export class ScheduleClock implements AsyncDisposable {
  readonly #options: ScheduleClockOptions;
  readonly #timers: TimerQueue;
  #timer: Disposable | undefined;
  #pass: Promise<void> | undefined;
  #again = false;
  #stopped = false;
  #inTrouble = false;

  constructor(options: ScheduleClockOptions) {
    this.#options = options;
    this.#timers = new TimerQueue(options.clock);
  }

  /** Looks now; while it is looking, once more afterwards. */
  wake(): void {
    if (this.#stopped) return;
    if (this.#pass !== undefined) {
      this.#again = true;
      return;
    }
    this.#timer?.[Symbol.dispose]();
    this.#pass = this.#look().then((nextAt) => {
      this.#pass = undefined;
      if (this.#stopped) return;
      if (this.#again) {
        this.#again = false;
        this.wake();
      } else this.#timer = this.#timers.add(nextAt, () => this.wake());
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    this.#timers[Symbol.dispose]();
    await this.#pass;
  }

  /** Never rejects. Gives when to look next. */
  async #look(): Promise<number> {
    const { clock, store, log } = this.#options;
    const now = clock.now();
    try {
      const leftBehind = await this.#advanceDue(now);
      const next = (await store.nextDue(now)) ?? Number.POSITIVE_INFINITY;
      this.#inTrouble = false;
      return Math.min(next, now + (leftBehind ? LEFT_BEHIND_MS : LOOK_MS));
    } catch (error) {
      if (!this.#inTrouble) log.warn('Schedules cannot be looked at', { cause: (error as Error).message });
      this.#inTrouble = true;
      return now + RETRY_MS;
    }
  }

  /** True when some stay due: they belong to another host, or something went wrong with them. */
  async #advanceDue(now: number): Promise<boolean> {
    const { store, mayFire = () => true } = this.#options;
    let leftBehind = false;
    let after: DuePlace | undefined;
    do {
      const page = await store.due(now, PAGE, after);
      const ours = page.filter(({ id }) => mayFire(id));
      const allDone = await this.#advanceAll(ours);
      leftBehind ||= ours.length < page.length || !allDone;
      const last = page.at(-1);
      after = page.length < PAGE || last === undefined ? undefined : { id: last.id, dueAt: last.dueAt! };
    } while (after !== undefined && !this.#stopped);
    return leftBehind;
  }

  async #advanceAll(schedules: readonly StoredSchedule[]): Promise<boolean> {
    const rest = schedules.values();
    let allDone = true;
    const lane = async () => {
      for (const schedule of rest) {
        if (this.#stopped) return;
        const done = await this.#advance(schedule);
        allDone &&= done;
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    return allDone;
  }

  /** Trouble of one schedule is its own; when the store is away there is nothing to do for any. */
  async #advance(schedule: StoredSchedule): Promise<boolean> {
    try {
      await this.#options.runner.advance(schedule);
      return true;
    } catch (error) {
      if (BackplaneError.is(error) && error.code === 'STORAGE_UNAVAILABLE') throw error;
      const cause = (error as Error).message;
      this.#options.log.warn('A schedule could not be brought forward', { schedule: schedule.id, cause });
      return false;
    }
  }
}
