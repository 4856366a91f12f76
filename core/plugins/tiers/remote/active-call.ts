import type { Log, RunInfo } from '@backplane/sdk';
import { raise } from '../../../errors/catalogue.ts';
import { thrownText } from '../../thrown-text.ts';
import type { CallMessage } from '../wire.ts';

/** One call of an action as the host makes it. */
export interface RemoteCall {
  readonly action: string;
  readonly input: unknown;
  readonly run: RunInfo;
  readonly signal: AbortSignal;
  readonly log: Log;
  progress(note: string, fraction?: number): void;
  /** Declared and granted, nothing else. */
  readonly ports: Readonly<Record<string, unknown>>;
  readonly timeoutMs?: number;
}

interface Surroundings {
  readonly plugin: string;
  readonly wallMs: number;
  cancel(why: string): void;
  /** The call had to end and did not. */
  doubt(): void;
  over(abandoned: boolean): void;
}

/** After a cancellation the plugin has so long to end the call by itself. */
const CANCEL_GRACE_MS = 1000;

/** A call that runs in a plugin's process: its time, its cancellation, its end. It ends once, whatever the plugin does. */
export class ActiveCall {
  readonly settled: Promise<unknown>;
  readonly #call: RemoteCall;
  readonly #around: Surroundings;
  readonly #wall: NodeJS.Timeout;
  #grace: NodeJS.Timeout | undefined;
  #resolve: (value: unknown) => void = () => {};
  #reject: (error: unknown) => void = () => {};
  #open = true;
  hostCalls = 0;
  lines = 0;

  constructor(call: RemoteCall, around: Surroundings) {
    this.#call = call;
    this.#around = around;
    this.settled = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const { action } = call;
    const { plugin, wallMs } = around;
    this.#wall = setTimeout(() => this.abandon(raise.PLUGIN_LIMIT_WALL({ plugin, action, limitMs: wallMs })), wallMs);
    call.signal.addEventListener('abort', this.#cancel, { once: true });
  }

  get action(): string {
    return this.#call.action;
  }

  get input(): unknown {
    return this.#call.input;
  }

  get log(): Log {
    return this.#call.log;
  }

  get ports(): Readonly<Record<string, unknown>> {
    return this.#call.ports;
  }

  progress(note: string, fraction?: number): void {
    this.#call.progress(note, fraction);
  }

  message(id: number): CallMessage {
    const { action, input, run, ports } = this.#call;
    const { secrets, connections } = ports;
    const slots = Object.entries((connections ?? {}) as Record<string, { account: string; grantedScopes: string[] }>);
    return {
      t: 'call',
      id,
      action,
      input: input === undefined ? null : input,
      run,
      ports: Object.keys(ports),
      ...(secrets === undefined ? {} : { secrets }),
      ...(connections === undefined
        ? {}
        : {
            connections: Object.fromEntries(
              slots.map(([slot, { account, grantedScopes }]) => [slot, { account, grantedScopes }]),
            ),
          }),
    };
  }

  succeed(value: unknown): void {
    if (this.#close(false)) this.#resolve(value);
  }

  fail(error: unknown): void {
    if (this.#close(false)) this.#reject(error);
  }

  /** Gives the call up while it still runs over there. */
  abandon(error: unknown): void {
    if (!this.#close(true)) return;
    this.#around.cancel('the call was given up');
    this.#around.doubt();
    this.#reject(error);
  }

  readonly #cancel = () => {
    const { plugin } = this.#around;
    this.#around.cancel(thrownText(this.#call.signal.reason));
    this.#grace = setTimeout(
      () => this.abandon(raise.PLUGIN_CALL_CANCELLED({ plugin, action: this.action })),
      CANCEL_GRACE_MS,
    );
  };

  #close(abandoned: boolean): boolean {
    if (!this.#open) return false;
    this.#open = false;
    clearTimeout(this.#wall);
    clearTimeout(this.#grace);
    this.#call.signal.removeEventListener('abort', this.#cancel);
    this.#around.over(abandoned);
    return true;
  }
}
