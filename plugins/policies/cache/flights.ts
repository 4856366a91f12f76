/** A request on its way that others wait for. */
export interface Flight {
  /** True: there is an answer now. Later calls do nothing. */
  end(isStored: boolean): void;
}

/** After an answer could not be kept, nobody waits for the next ones of its key for so long. */
const PASS_MS = 10_000;
const PASSES = 10_000;

/** At most one request a key fetches a missing answer, the others wait for it. */
export function flights(now: () => number) {
  const under = new Map<string, { readonly done: Promise<boolean>; readonly flight: Flight }>();
  const passes = new Map<string, number>();

  return {
    isUnderWay: (key: string) => under.has(key),
    /** Undefined when it makes no sense to wait for this key: its answers are not kept. */
    begin(key: string): Flight | undefined {
      const passUntil = passes.get(key);
      if (passUntil !== undefined) {
        if (now() < passUntil) return undefined;
        passes.delete(key);
      }
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const flight: Flight = {
        end(isStored) {
          if (under.get(key)?.flight !== flight) return;
          under.delete(key);
          if (!isStored) {
            if (passes.size >= PASSES) passes.clear();
            passes.set(key, now() + PASS_MS);
          }
          resolve(isStored);
        },
      };
      under.set(key, { done: promise, flight });
      return flight;
    },
    /** True when the answer has come; false when there is none, the time is up or the caller has left. */
    wait(key: string, ms: number, signal: AbortSignal): Promise<boolean> {
      const waited = under.get(key);
      if (waited === undefined || signal.aborted) return Promise.resolve(false);
      return new Promise((resolve) => {
        const settle = (isStored: boolean) => {
          clearTimeout(timer);
          signal.removeEventListener('abort', leave);
          resolve(isStored);
        };
        const leave = () => settle(false);
        const timer = setTimeout(leave, ms);
        signal.addEventListener('abort', leave);
        void waited.done.then(settle);
      });
    },
  };
}
