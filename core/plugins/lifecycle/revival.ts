import type { BackplaneError, Log } from '@backplane/sdk';
import { CRASH_POLICY, CrashCounter, type CrashPolicy, tooOften } from './crash-counter.ts';

export interface RevivalOptions {
  readonly id: string;
  readonly policy?: CrashPolicy | undefined;
  readonly log: Log;
  /** Aborts when the plugin stops. */
  readonly signal: AbortSignal;
  /** Whether anybody would call it. */
  isWanted(): boolean;
  /** It is gone for now. */
  down(reason: string): void;
  /** Starts it anew; an end of that is told to {@link Revival.ended} like any other. */
  again(): Promise<void>;
  /** It ended too often. */
  quarantine(error: BackplaneError, reason: string): void;
}

/** What follows when a plugin's process ends without being told to: a new one after a pause, until it happens too often. */
export class Revival {
  readonly #options: RevivalOptions;
  readonly #policy: CrashPolicy;
  readonly #crashes: CrashCounter;

  constructor(options: RevivalOptions) {
    this.#options = options;
    this.#policy = options.policy ?? CRASH_POLICY;
    this.#crashes = new CrashCounter(this.#policy);
  }

  get crashes(): number {
    return this.#crashes.count;
  }

  ended(reason: string): void {
    const { id, log, signal, isWanted, down, again, quarantine } = this.#options;
    if (signal.aborted) return;
    const verdict = this.#crashes.note(performance.now());
    log.warn('the plugin ended without being told to', { reason, crashes: this.crashes });
    if (!isWanted()) return;
    if (verdict === 'quarantine') {
      quarantine(tooOften(id, this.#policy, this.crashes, reason), reason);
      return;
    }
    down(reason);
    const timer = setTimeout(() => void again(), verdict.retryAfterMs);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  }
}
