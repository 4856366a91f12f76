import type {
  GatewayRouteAnswer,
  GatewayRouteCall,
  Log,
  PolicyConnection,
  PolicyIdentity,
  ResponseExchange,
} from '@backplane/sdk';
import type { SlotOwner } from '../chain/slot-owner.ts';
import type { RequestView } from './request-view.ts';
import type { ViewedExchange } from './viewed-exchange.ts';

/** What one policy sees of an exchange: the same object in all its phases, with a slot of its own. */
export class ExchangeView implements ResponseExchange {
  readonly #exchange: ViewedExchange;
  readonly #policy: SlotOwner;

  constructor(exchange: ViewedExchange, policy: SlotOwner) {
    this.#exchange = exchange;
    this.#policy = policy;
  }

  get id(): string {
    return this.#exchange.id;
  }

  set id(id: string) {
    this.#exchange.id = id;
  }

  get own(): unknown {
    return this.#exchange.owned[this.#policy.slot];
  }

  set own(own: unknown) {
    this.#exchange.owned[this.#policy.slot] = own;
  }

  get request(): RequestView {
    return this.#exchange.request;
  }

  get connection(): PolicyConnection {
    return this.#exchange.connection;
  }

  get route(): ResponseExchange['route'] {
    return this.#exchange.routeFacts;
  }

  get identity(): PolicyIdentity | undefined {
    return this.#exchange.identity;
  }

  set identity(identity: PolicyIdentity | undefined) {
    this.#exchange.identity = identity;
  }

  get signal(): AbortSignal {
    return this.#exchange.signal;
  }

  get log(): Log {
    return this.#exchange.logOf(this.#policy);
  }

  get upstream(): ResponseExchange['upstream'] {
    return this.#exchange.upstream;
  }

  get response(): ResponseExchange['response'] {
    return this.#exchange.response;
  }

  limitBody(maxBytes: number): boolean {
    return this.#exchange.limitBody(maxBytes);
  }

  defer(work: () => void | Promise<void>): void {
    this.#exchange.defer(work);
  }

  call(call: GatewayRouteCall): Promise<GatewayRouteAnswer> {
    return this.#exchange.call(call);
  }
}
