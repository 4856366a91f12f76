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
  /** Nothing of it is needed any more. */
  over(): void;
}

/** So long after its signal has aborted it can still be closed in an orderly way. */
const LINGER_MS = 10_000;

/** What a call has left behind (an opened driver, streams, a started plugin): it goes on using the ports that the call was given. */
export class LivingResult implements Asker {
  readonly #call: Pick<RemoteCall, 'action' | 'log' | 'ports' | 'signal'>;
  readonly #around: Surroundings;
  readonly #lines: CallBudget;
  readonly #hostCalls: CallBudget;
  #linger: NodeJS.Timeout | undefined;

  constructor(call: Pick<RemoteCall, 'action' | 'log' | 'ports' | 'signal'>, around: Surroundings) {
    this.#call = call;
    this.#around = around;
    this.#lines = new CallBudget(around.limits.logLines, { lasts: true });
    this.#hostCalls = new CallBudget(around.limits.hostCalls, { lasts: true });
    if (call.signal.aborted) this.#cancel();
    else call.signal.addEventListener('abort', this.#cancel, { once: true });
  }

  get action(): string {
    return this.#call.action;
  }

  get log(): Log {
    return this.#call.log;
  }

  get ports(): Readonly<Record<string, unknown>> {
    return this.#call.ports;
  }

  progress(): void {}

  spendHostCall(): BackplaneError | undefined {
    if (this.#hostCalls.spend()) return undefined;
    const { plugin, limits } = this.#around;
    return raise.PLUGIN_LIMIT_HOST_CALLS({ plugin, action: this.action, limit: limits.hostCalls });
  }

  spendLine(): boolean {
    return this.#lines.spend();
  }

  /** Its number is free again. */
  end(): void {
    clearTimeout(this.#linger);
    this.#call.signal.removeEventListener('abort', this.#cancel);
  }

  readonly #cancel = () => {
    this.#around.cancel(thrownText(this.#call.signal.reason));
    this.#linger = setTimeout(() => this.#around.over(), LINGER_MS).unref();
  };
}
