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

/** Where it is counted for `/metrics`. */
export interface PolicyMeters {
  answered(status: number): void;
  failed(): void;
  time(seconds: number): void;
}

/** What a use of a policy has done lately, for `gateway explain` and metrics. */
export class PolicyNotes {
  readonly #verdicts: Verdict[] = [];
  readonly #meters: PolicyMeters | undefined;
  answered = 0;
  failed = 0;
  /** Of the requests that were timed, one in many. */
  timedCalls = 0;
  timedMs = 0;

  constructor(meters?: PolicyMeters) {
    this.#meters = meters;
  }

  /** Newest first. */
  get verdicts(): readonly Verdict[] {
    return this.#verdicts.toReversed();
  }

  answer(phase: string, request: string, status: number, because: string | undefined): void {
    this.answered += 1;
    this.#meters?.answered(status);
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
    this.#meters?.failed();
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
    this.#meters?.time(ms / 1000);
  }

  #keep(verdict: Verdict): void {
    this.#verdicts.push(verdict);
    if (this.#verdicts.length > KEPT) this.#verdicts.shift();
  }
}
