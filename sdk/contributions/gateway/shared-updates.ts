import { andThen, type Ready, type SharedState } from './shared-state.ts';

/** What a step makes of a value: what stands there next (`undefined`: what stood there before), and what the caller is told. */
export interface Update<R> {
  readonly next?: string;
  /** Of `next`. */
  readonly ttlMs: number;
  readonly result: R;
}

/** Changes a value in one piece however many do so at once. `step` may be called several times: it must only compute. */
export type SharedUpdates = <R>(key: string, step: (current: string | undefined) => Update<R>) => Ready<R>;

/** So many others may be faster in a row. */
const TRIES = 50;

/**
 * Read, compute, swap. Where the state lies elsewhere, what this worker saw last is tried first, so that a change that nobody disturbs is one
 * round trip: a step must therefore not deny by an old value what it would grant by the new one.
 */
export function sharedUpdates(shared: SharedState, { remember = 10_000 } = {}): SharedUpdates {
  const seen = new Map<string, string>();
  const note = (key: string, value: string) => {
    seen.delete(key);
    seen.set(key, value);
    if (seen.size > remember) seen.delete(seen.keys().next().value!);
  };

  function attempt<R>(
    key: string,
    current: string | undefined,
    step: (current: string | undefined) => Update<R>,
    tries: number,
  ): Ready<R> {
    const { next, ttlMs, result } = step(current);
    if (next === undefined || next === current) return result;
    const swapped = shared.swap(key, current, next, { ttlMs });
    if (typeof swapped === 'boolean') return swapped ? result : again(key, step, tries);
    return swapped.then((done) => {
      if (!done) return again(key, step, tries);
      note(key, next);
      return result;
    }) as Promise<R>;
  }

  function again<R>(key: string, step: (current: string | undefined) => Update<R>, tries: number): Ready<R> {
    if (tries >= TRIES) throw new Error(`others have changed ${key} ${TRIES} times in a row`);
    return andThen(shared.get(key), (fresh) => attempt(key, fresh, step, tries + 1)) as Ready<R>;
  }

  return (key, step) => {
    const known = seen.get(key);
    return known === undefined ? again(key, step, 0) : attempt(key, known, step, 0);
  };
}
