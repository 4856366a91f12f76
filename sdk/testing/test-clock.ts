/** A clock that stands still until it is told to go on. */
export interface TestClock {
  /** Epoch milliseconds. */
  now(): number;
  advance(ms: number): void;
}

export function testClock(start = Date.UTC(2026, 0, 1)): TestClock {
  let time = start;
  return {
    now: () => time,
    advance(ms) {
      time += ms;
    },
  };
}
