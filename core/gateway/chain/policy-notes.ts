import { BackplaneError } from '@backplane/sdk';

export interface Verdict {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly phase: string;
  readonly request: string;
  readonly outcome: 'answered' | 'failed';
  readonly status?: number;
  readonly because?: string;
}

const KEPT = 20;

/** What a use of a policy has done lately, for `gateway explain` and metrics. */
export class PolicyNotes {
  readonly #verdicts: Verdict[] = [];
  answered = 0;
  failed = 0;
  /** Of the requests that were timed, one in many. */
  timedCalls = 0;
  timedMs = 0;

  /** Newest first. */
  get verdicts(): readonly Verdict[] {
    return this.#verdicts.toReversed();
  }

  answer(phase: string, request: string, status: number, because: string | undefined): void {
    this.answered += 1;
    this.#keep({
      at: Date.now(),
      phase,
      request,
      outcome: 'answered',
      status,
      ...(because !== undefined && { because }),
    });
  }

  failure(phase: string, request: string, problem: unknown): void {
    this.failed += 1;
    const because = BackplaneError.is(problem)
      ? problem.code
      : problem instanceof Error
        ? problem.message
        : String(problem);
    this.#keep({ at: Date.now(), phase, request, outcome: 'failed', because: because.slice(0, 300) });
  }

  time(ms: number): void {
    this.timedCalls += 1;
    this.timedMs += ms;
  }

  #keep(verdict: Verdict): void {
    this.#verdicts.push(verdict);
    if (this.#verdicts.length > KEPT) this.#verdicts.shift();
  }
}
