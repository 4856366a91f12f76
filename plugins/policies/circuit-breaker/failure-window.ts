import { andThen, type Ready, type SharedState } from '@backplane/sdk';

const BUCKETS = 10;
/** A count is `requests + failures * FAILURE`: both in one number, so that one atomic addition counts both. */
const FAILURE = 2 ** 26;

export interface WindowCount {
  readonly requests: number;
  readonly failures: number;
}

/** Requests and failures of the last while, in ten buckets that all workers share. */
export function failureWindow(shared: SharedState, windowMs: number, now: () => number) {
  const bucketMs = Math.ceil(windowMs / BUCKETS);
  const life = { ttlMs: windowMs + 2 * bucketMs };
  const sumOf = (counts: readonly number[]): WindowCount => {
    const failures = counts.reduce((all, count) => all + Math.floor(count / FAILURE), 0);
    return { failures, requests: counts.reduce((all, count) => all + (count % FAILURE), 0) };
  };
  return {
    addSuccess(key: string): Ready<unknown> {
      return shared.add(`${key}/${Math.floor(now() / bucketMs)}`, 1, life);
    },
    /** Counts it and gives what the window has seen. */
    addFailure(key: string): Ready<WindowCount> {
      const index = Math.floor(now() / bucketMs);
      const added = shared.add(`${key}/${index}`, 1 + FAILURE, life);
      const before = Array.from({ length: BUCKETS - 1 }, (_, back) => shared.get(`${key}/${index - 1 - back}`));
      const all = [added, ...before];
      if (!all.some((one) => one instanceof Promise))
        return sumOf([(added as { count: number }).count, ...before.map((value) => Number(value ?? 0))]);
      return andThen(Promise.all([added, Promise.all(before)]), ([{ count }, values]) =>
        sumOf([count, ...values.map((value) => Number(value ?? 0))]),
      );
    },
  };
}
