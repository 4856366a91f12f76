import type {
  GatewayRouteAnswer,
  GatewayRouteCall,
  Log,
  PolicyConnection,
  PolicyIdentity,
  ResponseExchange,
} from '@backplane/sdk';
import type { PolicyInstance } from '../chain/policy-instance.ts';
import type { GatewayExchange } from './gateway-exchange.ts';
import type { RequestView } from './request-view.ts';

/** What one policy sees of an exchange: the same object in all its phases, with a slot of its own. */
export class ExchangeView implements ResponseExchange {
  readonly #exchange: GatewayExchange;
  readonly #instance: PolicyInstance;

  constructor(exchange: GatewayExchange, instance: PolicyInstance) {
    this.#exchange = exchange;
    this.#instance = instance;
  }

  get id(): string {
    return this.#exchange.id;
  }

  set id(id: string) {
    this.#exchange.id = id;
  }

  get own(): unknown {
    return this.#exchange.owned[this.#instance.slot];
  }

  set own(own: unknown) {
    this.#exchange.owned[this.#instance.slot] = own;
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
    return this.#exchange.logOf(this.#instance);
  }

  get upstream(): ResponseExchange['upstream'] {
    return this.#exchange.upstream;
  }

  get response(): ResponseExchange['response'] {
    return this.#exchange.response;
  }

  defer(work: () => void | Promise<void>): void {
    this.#exchange.defer(work);
  }

  call(call: GatewayRouteCall): Promise<GatewayRouteAnswer> {
    return this.#exchange.call(call);
  }
}
