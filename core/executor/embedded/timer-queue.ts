import type { Clock } from './clock.ts';

interface Timer {
  readonly fireAt: number;
  /** Absent once fired or cancelled. */
  callback: (() => void) | undefined;
}

/** System timers stop while a machine sleeps: looking at the clock this often notices that time has jumped. */
const LONGEST_WAIT_MS = 1_000;
/** Cancelled timers stay in the heap until they are this many and most of it. */
const WASTE_LIMIT = 1_000;

/** Any number of timers behind one timer of the system: a heap by due time. */
export class TimerQueue implements Disposable {
  readonly #clock: Clock;
  #heap: Timer[] = [];
  #cancelled = 0;
  #armed: Disposable | undefined;
  #armedFor = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Fires at or after `fireAt`, never at once. */
  add(fireAt: number, callback: () => void): Disposable {
    const timer: Timer = { fireAt, callback };
    this.#heap.push(timer);
    this.#rise(this.#heap.length - 1);
    if (fireAt < this.#armedFor) this.#arm();
    return { [Symbol.dispose]: () => this.#cancel(timer) };
  }

  [Symbol.dispose](): void {
    this.#armed?.[Symbol.dispose]();
    this.#heap = [];
  }

  #cancel(timer: Timer): void {
    if (timer.callback === undefined) return;
    timer.callback = undefined;
    this.#cancelled++;
    if (this.#cancelled > WASTE_LIMIT && this.#cancelled > this.#heap.length / 2) this.#rebuild();
    else if (this.#cancelled === this.#heap.length) this.#rebuild();
  }

  #rebuild(): void {
    const live = this.#heap.filter(({ callback }) => callback !== undefined);
    // A sorted list is a heap.
    this.#heap = live.sort((a, b) => a.fireAt - b.fireAt);
    this.#cancelled = 0;
    if (live.length === 0) this.#arm();
  }

  #arm(): void {
    this.#armed?.[Symbol.dispose]();
    this.#armed = undefined;
    this.#armedFor = this.#heap[0]?.fireAt ?? Number.POSITIVE_INFINITY;
    if (this.#heap.length === 0) return;
    const wait = Math.min(LONGEST_WAIT_MS, Math.max(0, this.#armedFor - this.#clock.now()));
    this.#armed = this.#clock.after(wait, () => this.#fireDue());
  }

  #fireDue(): void {
    const now = this.#clock.now();
    const due: Timer[] = [];
    while (this.#heap.length > 0 && this.#heap[0]!.fireAt <= now) due.push(this.#pop());
    this.#arm();
    for (const timer of due) {
      const { callback } = timer;
      timer.callback = undefined;
      if (callback === undefined) this.#cancelled = Math.max(0, this.#cancelled - 1);
      else callback();
    }
  }

  #pop(): Timer {
    const first = this.#heap[0]!;
    const last = this.#heap.pop()!;
    if (this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#sink();
    }
    return first;
  }

  #rise(index: number): void {
    const heap = this.#heap;
    for (let child = index; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (heap[parent]!.fireAt <= heap[child]!.fireAt) return;
      [heap[parent], heap[child]] = [heap[child]!, heap[parent]!];
      child = parent;
    }
  }

  #sink(): void {
    const heap = this.#heap;
    for (let parent = 0; ; ) {
      const left = parent * 2 + 1;
      const right = left + 1;
      let least = parent;
      if (left < heap.length && heap[left]!.fireAt < heap[least]!.fireAt) least = left;
      if (right < heap.length && heap[right]!.fireAt < heap[least]!.fireAt) least = right;
      if (least === parent) return;
      [heap[parent], heap[least]] = [heap[least]!, heap[parent]!];
      parent = least;
    }
  }
}
