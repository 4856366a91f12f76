import type { Ready, SharedState } from '../../contributions/gateway/shared-state.ts';

export interface RemoteSharedState extends SharedState {
  /** What was asked of it. */
  readonly calls: number;
}

/**
 * Shared state as if it lay in another process: every answer is a promise, and calls that are under way together are done and answered in an
 * order that `pick` decides (a whole number from 0, below its argument). One value for several policies makes them workers of one gateway.
 */
export function remoteSharedState(
  state: SharedState,
  pick: (below: number) => number = (below) => Math.floor(Math.random() * below),
): RemoteSharedState {
  let calls = 0;
  const turns = async () => {
    for (let left = pick(4); left >= 0; left--) await undefined;
  };
  async function travel<T>(work: () => Ready<T>): Promise<T> {
    calls += 1;
    await turns();
    const done = await work();
    await turns();
    return done;
  }
  return {
    get calls() {
      return calls;
    },
    get: (key) => travel(() => state.get(key)),
    set: (key, value, options) => travel(() => state.set(key, value, options)),
    add: (key, amount, options) => travel(() => state.add(key, amount, options)),
    swap: (key, expected, next, options) => travel(() => state.swap(key, expected, next, options)),
  };
}
