interface Timer {
  readonly id: number;
  due: number;
  readonly every: number | undefined;
  readonly call: () => void;
}

/** Timers of one run. Nothing fires by itself: whoever drives the run asks for what is due. */
export interface Timers {
  /** `setTimeout` and its like. */
  readonly globals: Readonly<Record<string, unknown>>;
  /** Runs what is due, in order; false when nothing was. */
  fire(): boolean;
  /** Milliseconds until the next one, or undefined when there is none. */
  next(): number | undefined;
}

const MOST_TIMERS = 10_000;

export function createTimers(now: () => number): Timers {
  const pending = new Map<number, Timer>();
  let lastId = 0;
  const inOrder = () => [...pending.values()].sort((left, right) => left.due - right.due || left.id - right.id);
  const set = (call: unknown, delay: unknown, args: unknown[], repeat: boolean) => {
    if (typeof call !== 'function') throw new TypeError('The first argument of a timer must be a function');
    if (pending.size >= MOST_TIMERS) throw new RangeError(`A script may have ${MOST_TIMERS} timers at a time`);
    const wait = Math.max(1, Math.min(Number(delay) || 0, 2 ** 31 - 1));
    const id = ++lastId;
    pending.set(id, { id, due: now() + wait, every: repeat ? wait : undefined, call: () => call(...args) });
    return id;
  };
  const clear = (id: unknown) => void pending.delete(Number(id));
  return {
    globals: {
      setTimeout: (call: unknown, delay?: unknown, ...args: unknown[]) => set(call, delay, args, false),
      setInterval: (call: unknown, delay?: unknown, ...args: unknown[]) => set(call, delay, args, true),
      clearTimeout: clear,
      clearInterval: clear,
    },
    fire() {
      const time = now();
      const due = inOrder().filter((timer) => timer.due <= time);
      for (const timer of due) {
        if (!pending.has(timer.id)) continue;
        if (timer.every === undefined) pending.delete(timer.id);
        else timer.due = time + timer.every;
        timer.call();
      }
      return due.length > 0;
    },
    next() {
      let soonest: number | undefined;
      for (const { due } of pending.values()) if (soonest === undefined || due < soonest) soonest = due;
      return soonest === undefined ? undefined : Math.max(0, soonest - now());
    },
  };
}
