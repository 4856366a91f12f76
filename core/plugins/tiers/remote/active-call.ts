import type { BackplaneError, Log } from '@backplane/sdk';
import { raise } from '../../../errors/catalogue.ts';
import { thrownText } from '../../thrown-text.ts';
import type { TierLimits } from '../tier.ts';
import type { Asker } from './asker.ts';
import { CallBudget } from './call-budget.ts';
import type { RemoteCall } from './remote-call.ts';

interface Surroundings {
  readonly plugin: string;
  readonly limits: TierLimits;
  cancel(why: string): void;
  /** The call had to end and did not. */
  doubt(): void;
  over(how: 'done' | 'failed' | 'abandoned'): void;
}

/** After a cancellation the plugin has so long to end the call by itself. */
const CANCEL_GRACE_MS = 1000;

/** A call that runs in a plugin's process: its time, its cancellation, its end. It ends once, whatever the plugin does. */
export class ActiveCall implements Asker {
  readonly call: RemoteCall;
  readonly settled: Promise<unknown>;
  readonly #around: Surroundings;
  readonly #lines: CallBudget;
  readonly #hostCalls: CallBudget;
  #wall: NodeJS.Timeout | undefined;
  #grace: NodeJS.Timeout | undefined;
  #resolve: (value: unknown) => void = () => {};
  #reject: (error: unknown) => void = () => {};
  #open = true;

  constructor(call: RemoteCall, around: Surroundings) {
    this.call = call;
    this.#around = around;
    this.settled = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const { action, lasts = false } = call;
    const { plugin, limits } = around;
    this.#lines = new CallBudget(limits.logLines, { lasts });
    this.#hostCalls = new CallBudget(limits.hostCalls, { lasts });
    const limitMs = call.timeoutMs ?? limits.wallMs;
    if (!lasts)
      this.#wall = setTimeout(() => this.abandon(raise.PLUGIN_LIMIT_WALL({ plugin, action, limitMs })), limitMs);
    call.signal.addEventListener('abort', this.#cancel, { once: true });
  }

  get action(): string {
    return this.call.action;
  }

  get log(): Log {
    return this.call.log;
  }

  get ports(): Readonly<Record<string, unknown>> {
    return this.call.ports;
  }

  progress(note: string, fraction?: number): void {
    this.call.progress(note, fraction);
  }

  spendHostCall(): BackplaneError | undefined {
    if (this.#hostCalls.spend()) return undefined;
    const { plugin, limits } = this.#around;
    const error = raise.PLUGIN_LIMIT_HOST_CALLS({ plugin, action: this.action, limit: limits.hostCalls });
    if (this.call.lasts !== true) this.abandon(error);
    return error;
  }

  spendLine(): boolean {
    if (this.#lines.spend()) return true;
    const { plugin, limits } = this.#around;
    if (this.call.lasts !== true) this.abandon(raise.PLUGIN_LIMIT_LOG({ plugin, limit: limits.logLines }));
    return false;
  }

  /** The plugin's side knows of it: from now on it can be cancelled. */
  sent(): void {
    if (this.call.signal.aborted) this.#cancel();
  }

  succeed(value: unknown): void {
    if (this.#close('done')) this.#resolve(value);
  }

  fail(error: unknown): void {
    if (this.#close('failed')) this.#reject(error);
  }

  /** Gives the call up while it still runs over there. */
  abandon(error: unknown): void {
    if (!this.#close('abandoned')) return;
    this.#around.cancel('the call was given up');
    this.#around.doubt();
    this.#reject(error);
  }

  readonly #cancel = () => {
    const { plugin } = this.#around;
    this.#around.cancel(thrownText(this.call.signal.reason));
    this.#grace = setTimeout(
      () => this.abandon(raise.PLUGIN_CALL_CANCELLED({ plugin, action: this.action })),
      CANCEL_GRACE_MS,
    );
  };

  #close(how: 'done' | 'failed' | 'abandoned'): boolean {
    if (!this.#open) return false;
    this.#open = false;
    clearTimeout(this.#wall);
    clearTimeout(this.#grace);
    this.call.signal.removeEventListener('abort', this.#cancel);
    this.#around.over(how);
    return true;
  }
}
