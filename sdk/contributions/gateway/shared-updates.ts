import type { Ready, SharedState } from './shared-state.ts';

/** What a step makes of a value: what stands there next (`undefined`: what stood there before), and what the caller is told. */
export interface Update<R> {
  readonly next?: string;
  /** Of `next`. */
  readonly ttlMs: number;
  readonly result: R;
}

export type UpdateStep<R> = (current: string | undefined) => Update<R>;

/** Changes a value in one piece however many do so at once. `step` may be called several times: it must only compute. */
export type SharedUpdates = <R>(key: string, step: UpdateStep<R>) => Ready<R>;

interface Waiting {
  readonly step: UpdateStep<any>;
  resolve(result: any): void;
  reject(problem: unknown): void;
}

/** So many other workers may be faster in a row. */
const TRIES = 100;

/**
 * Read, compute, swap. Where the state lies elsewhere, a worker has one change of a key under way, and what comes meanwhile goes together in the
 * next; and what it saw last is tried first, so that a change that nobody disturbs is one round trip: a step must therefore not deny by an old
 * value what it would grant by the new one. With `remember: 0` every change reads anew.
 */
export function sharedUpdates(shared: SharedState, { remember = 10_000 } = {}): SharedUpdates {
  const seen = new Map<string, string>();
  const underWay = new Map<string, Waiting[]>();

  function note(key: string, value: string): void {
    seen.delete(key);
    seen.set(key, value);
    if (seen.size > remember) seen.delete(seen.keys().next().value!);
  }

  /** Makes all changes of a batch as one. */
  async function change(key: string, batch: readonly Waiting[], first: Ready<string | undefined>): Promise<void> {
    let current = await first;
    for (let tried = 0; tried < TRIES; tried += 1) {
      let value = current;
      let ttlMs = 0;
      const results = batch.map(({ step }) => {
        const update = step(value);
        if (update.next !== undefined && update.next !== value) ({ next: value, ttlMs } = update);
        return update.result;
      });
      if (value === undefined || value === current || (await shared.swap(key, current, value, { ttlMs }))) {
        if (value !== undefined && value !== current) note(key, value);
        for (const [at, { resolve }] of batch.entries()) resolve(results[at]);
        return;
      }
      current = await shared.get(key);
    }
    throw new Error(`others have changed ${key} ${TRIES} times in a row`);
  }

  async function work(key: string, first: Waiting, start: Ready<string | undefined>): Promise<void> {
    let batch = [first];
    let current = start;
    underWay.set(key, []);
    while (batch.length > 0) {
      try {
        await change(key, batch, current);
      } catch (problem) {
        seen.delete(key);
        for (const { reject } of batch) reject(problem);
      }
      batch = underWay.get(key)!;
      underWay.set(key, []);
      if (batch.length > 0) current = seen.get(key) ?? shared.get(key);
    }
    underWay.delete(key);
  }

  return <R>(key: string, step: UpdateStep<R>): Ready<R> => {
    const line = underWay.get(key);
    if (line !== undefined) return new Promise((resolve, reject) => line.push({ step, resolve, reject }));
    const current = seen.get(key) ?? shared.get(key);
    if (!(current instanceof Promise) && !seen.has(key)) {
      const { next, ttlMs, result } = step(current);
      // What lies in this process nobody can have changed meanwhile.
      if (next !== undefined && next !== current) void shared.swap(key, current, next, { ttlMs });
      return result;
    }
    return new Promise((resolve, reject) => void work(key, { step, resolve, reject }, current));
  };
}
