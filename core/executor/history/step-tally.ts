import { stringifyJson } from '@backplane/sdk';
import type { AttemptRecord } from './attempt-record.ts';
import type { TracedAttempt } from './attempt-trace.ts';

/** The attempts of one step in one stream: the last ones whole, of all their number and the time that they took together. */
export class StepTally {
  readonly #keep: number;
  readonly #last: TracedAttempt[] = [];
  /** Times in which any attempt ran, apart and in order. */
  readonly #busy: [from: number, to: number][] = [];
  #total = 0;

  constructor(keep: number) {
    this.#keep = keep;
  }

  /** In the order in which they ended. */
  add(attempt: TracedAttempt, now: number): void {
    this.#total++;
    this.#last.push(attempt);
    if (this.#last.length > this.#keep) this.#last.shift();
    const { startedAt, endedAt = now } = attempt;
    let from = startedAt;
    let to = endedAt;
    for (let before = this.#busy.at(-1); before !== undefined && before[1] >= from; before = this.#busy.at(-1)) {
      from = Math.min(from, before[0]);
      to = Math.max(to, before[1]);
      this.#busy.pop();
    }
    this.#busy.push([from, to]);
  }

  get total(): number {
    return this.#total;
  }

  get busyMs(): number {
    return this.#busy.reduce((sum, [from, to]) => sum + to - from, 0);
  }

  /** What the step shows as its own input: that of its last attempt. */
  get input(): Pick<AttemptRecord, 'input' | 'inputBytes'> {
    const last = this.#last.at(-1);
    if (last === undefined || last.item !== undefined) return {};
    return {
      ...(last.input !== undefined && { input: last.input }),
      ...(last.inputBytes !== undefined && { inputBytes: last.inputBytes }),
    };
  }

  records(): readonly AttemptRecord[] {
    const own = this.input.input;
    const text = own === undefined ? undefined : stringifyJson(own);
    return this.#last.map((attempt, index) => {
      const { input, inputBytes, result, ...record } = attemptRecord(attempt);
      const isLast = index === this.#last.length - 1;
      const sameInput = isLast ? attempt.item === undefined : input !== undefined && stringifyJson(input) === text;
      return {
        ...record,
        ...(!sameInput && input !== undefined && { input }),
        ...(!sameInput && inputBytes !== undefined && { inputBytes }),
        ...(!isLast && attempt.item === undefined && result !== undefined && { result }),
      };
    });
  }
}

export function attemptRecord({ ref: _, stream: __, startedAt, endedAt, ...rest }: TracedAttempt): AttemptRecord {
  return {
    ...rest,
    startedAt: new Date(startedAt).toISOString(),
    ...(endedAt !== undefined && {
      endedAt: new Date(endedAt).toISOString(),
      durationMs: Math.max(0, endedAt - startedAt),
    }),
    tier: rest.tier ?? 'trusted',
  };
}
