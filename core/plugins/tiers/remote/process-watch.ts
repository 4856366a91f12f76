import type { BackplaneError } from '@backplane/sdk';
import { raise } from '../../../errors/catalogue.ts';
import type { TierLimits } from '../tier.ts';

/** What a process needs besides the plugin's memory, and the factor by which V8 may overshoot before it acts. */
const BASE_BYTES = 160 * 1024 * 1024;
const OVERSHOOT = 1.5;

export interface WatchedProcess {
  readonly id: string;
  /** Undefined where the system does not tell. */
  readonly residentBytes: number | undefined;
  /** True while a call runs that has no limit of time. */
  readonly isOccupied: boolean;
  ping(signal: AbortSignal): Promise<void>;
  end(error: BackplaneError): void;
}

/** Looks at a plugin's process every now and then. */
export class ProcessWatch {
  readonly #process: WatchedProcess;
  readonly #limits: TierLimits;
  #isAsked = false;

  constructor(process: WatchedProcess, limits: TierLimits) {
    this.#process = process;
    this.#limits = limits;
  }

  checkMemory(): void {
    const { memoryMb } = this.#limits;
    const most = BASE_BYTES + OVERSHOOT * memoryMb * 1024 * 1024;
    if ((this.#process.residentBytes ?? 0) > most)
      this.#process.end(raise.PLUGIN_LIMIT_MEMORY({ plugin: this.#process.id, limitMb: memoryMb }));
  }

  /** Calls that last have no limit of time: a process that does not answer for as long as another call may take is ended. */
  checkPulse(): void {
    if (this.#isAsked || !this.#process.isOccupied) return;
    this.#isAsked = true;
    const { wallMs } = this.#limits;
    void this.#process
      .ping(AbortSignal.timeout(wallMs))
      .catch(() => this.#process.end(raise.PLUGIN_HUNG({ plugin: this.#process.id, limitMs: wallMs })))
      .finally(() => {
        this.#isAsked = false;
      });
  }
}
