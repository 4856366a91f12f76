import type { ServerResponse } from 'node:http';

/** Waiting longer would meet the limits of proxies in between. */
const LONGEST_WAIT_MS = 60_000;

/** Callers that wait for a run: for a minute at most, until they go, or until the host stops. */
export class WaitingCallers {
  readonly #waiting = new Set<AbortController>();

  /** `stopping` lets all go whose run will be there after the next start. */
  constructor(stopping: AbortSignal) {
    stopping.addEventListener('abort', () => {
      for (const caller of this.#waiting) caller.abort();
    });
  }

  /** What `look` finds out while the caller has patience; undefined otherwise. `toTheEnd`: also while the host stops. */
  async wait<T>(
    response: ServerResponse,
    look: (signal: AbortSignal) => Promise<T>,
    { toTheEnd }: { readonly toTheEnd: boolean },
  ): Promise<T | undefined> {
    const caller = new AbortController();
    const leave = () => caller.abort();
    const timer = setTimeout(leave, LONGEST_WAIT_MS);
    response.on('close', leave);
    if (!toTheEnd) this.#waiting.add(caller);
    try {
      return await look(caller.signal);
    } catch (error) {
      if (caller.signal.aborted) return undefined;
      throw error;
    } finally {
      clearTimeout(timer);
      response.off('close', leave);
      this.#waiting.delete(caller);
    }
  }
}
