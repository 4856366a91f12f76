import type { ErrorRecord, Log } from '@backplane/sdk';
import type { GatewayExchange } from '../exchange/gateway-exchange.ts';

/** Between two lines about the same trouble. */
const PAUSE_MS = 5_000;
/** Different troubles that are told apart. */
const MOST = 1_000;

interface Complaint {
  at: number;
  /** Requests that met it since, and were not written. */
  unsaid: number;
}

/** Writes into the log why upstreams did not serve, which callers are not told: once for each trouble, then now and then. */
export class UpstreamComplaints {
  readonly #log: Log;
  readonly #now: () => number;
  readonly #said = new Map<string, Complaint>();

  constructor(log: Log, now: () => number = Date.now) {
    this.#log = log;
    this.#now = now;
  }

  of({ id, route }: Pick<GatewayExchange, 'id' | 'route'>, { code, message }: ErrorRecord): void {
    const now = this.#now();
    const last = this.#said.get(message);
    if (last !== undefined && now - last.at < PAUSE_MS) {
      last.unsaid += 1;
      return;
    }
    if (this.#said.size >= MOST) this.#said.clear();
    this.#said.set(message, { at: now, unsaid: 0 });
    this.#log.warn('an upstream did not serve', {
      code,
      problem: message,
      route: route?.model.id,
      correlationId: id,
      ...(last !== undefined && last.unsaid > 0 && { requestsMeanwhile: last.unsaid }),
    });
  }
}
