import type { ScriptOutcome } from '@backplane/sdk';
import { MOST_CONSOLE_CHARACTERS, MOST_CONSOLE_LINES } from '../console-caps.ts';
import type { ResolvedLimits } from '../script-limits.ts';
import type { Failure, RunMessage } from '../wire.ts';

/** `unavailable`: no process could be started, for this reason. */
export type JobOutcome = { readonly result: string } | { readonly failure: Failure } | { readonly unavailable: string };

type Line = ScriptOutcome['console'][number];

/** One run on its way through the pool. */
export class Job {
  readonly message: RunMessage;
  readonly limits: ResolvedLimits;
  readonly console: Line[] = [];
  readonly settled: Promise<JobOutcome>;
  #settle!: (outcome: JobOutcome) => void;
  #characters = 0;

  constructor(message: RunMessage, limits: ResolvedLimits) {
    this.message = message;
    this.limits = limits;
    this.settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  settle(outcome: JobOutcome): void {
    this.#settle(outcome);
  }

  /** Keeps a console line. The child caps them already; a child that was taken over would not. */
  print({ level, text }: Line): void {
    if (this.console.length > MOST_CONSOLE_LINES || this.#characters > 2 * MOST_CONSOLE_CHARACTERS) return;
    this.#characters += text.length;
    this.console.push({ level, text: text.slice(0, MOST_CONSOLE_CHARACTERS) });
  }
}
