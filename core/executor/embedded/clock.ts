/** Where the engine takes time from. */
export interface Clock {
  /** Epoch milliseconds. Never goes back. */
  now(): number;
  /** Calls back after about so many milliseconds, once; disposing prevents it. */
  after(delayMs: number, callback: () => void): Disposable;
}

/**
 * The system's clock, made steady: a jump forward (a machine that slept) is followed, so that timers which are due fire; after a
 * jump back time goes on from where it was, so that nothing waits twice.
 */
export function systemClock(wall: () => number = Date.now, elapsed: () => number = () => performance.now()): Clock {
  let last = wall();
  let lastElapsed = elapsed();
  return {
    now() {
      const passed = elapsed();
      last = Math.max(wall(), Math.floor(last + (passed - lastElapsed)));
      lastElapsed = passed;
      return last;
    },
    after(delayMs, callback) {
      const timer = setTimeout(callback, delayMs);
      return { [Symbol.dispose]: () => clearTimeout(timer) };
    },
  };
}
