import type { ErrorRecord } from '../../errors/backplane-error.ts';
import type { Exchange, PolicyReply, PolicyTarget, ResponseExchange, UpstreamExchange } from './exchange.ts';
import type { PolicyConnection } from './policy-connection.ts';

/** Nothing: go on. An answer: stop here. A promise costs; answer at once where you can. */
export type PolicyStep = undefined | PolicyReply | Promise<undefined | PolicyReply>;

/** How one try is sent. */
export interface AttemptOptions {
  /** Ends this try alone. */
  readonly signal?: AbortSignal;
  /** Default: what was chosen before, or for a further try another healthy one. */
  readonly target?: PolicyTarget;
}

/** The gateway's answer to how a request ended, for logs and metrics. */
export interface PolicyOutcome {
  readonly status: number;
  /** Milliseconds. */
  readonly totalMs: number;
  readonly upstreamMs?: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly error?: ErrorRecord;
}

/** What a policy may do, phase by phase, in the order of their course. A policy exports exactly the phases that it declares. */
export interface PolicyHooks<Own = unknown> {
  /** False closes the connection. */
  connection(connection: PolicyConnection): boolean | Promise<boolean>;
  /** Before the route is known: request ids, CORS preflights, bot rules. */
  request(exchange: Exchange<Own>): PolicyStep;
  /** The route is known: addresses, sizes, maintenance. */
  route(exchange: Exchange<Own>): PolicyStep;
  /** May it come in now? Rate limits and concurrency by address and headers. */
  admit(exchange: Exchange<Own>): PolicyStep;
  /** Who is it? Sets `identity`. */
  authenticate(exchange: Exchange<Own>): PolicyStep;
  /** May they do this? Scopes, claims, quotas of a consumer. */
  authorize(exchange: Exchange<Own>): PolicyStep;
  /** Path, query, headers and body on their way to the upstream. */
  rewrite(exchange: UpstreamExchange<Own>): PolicyStep;
  /** An answer that is known already. */
  cache(exchange: UpstreamExchange<Own>): PolicyStep;
  /** Chooses among the targets. */
  upstream(exchange: UpstreamExchange<Own>): void | Promise<void>;
  /**
   * Wraps each try: breakers, retries, hedges, timeouts. `next` sends, and rejects with a coded error when no answer came. It may be called
   * again, also at the same time, as long as the request has no body that can be sent only once; the gateway ends all answers but the one given
   * back. A reply instead of an answer stops here.
   */
  attempt(
    exchange: UpstreamExchange<Own>,
    next: (options?: AttemptOptions) => Promise<ResponseExchange<Own>>,
  ): Promise<ResponseExchange<Own> | PolicyReply>;
  /** Status and headers of whatever answers, before a byte of the body. An answer replaces it. The policies' order is turned round here. */
  responseHeaders(exchange: ResponseExchange<Own>): PolicyStep;
  /** A piece of the body; what is given goes on instead. `last` comes once, perhaps with an empty piece. */
  responseBody(
    exchange: ResponseExchange<Own>,
    piece: Uint8Array,
    last: boolean,
  ): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  /** Something failed, in a policy or the upstream. */
  error(exchange: Exchange<Own>, error: ErrorRecord): PolicyStep;
  /** After the answer. Cannot change anything. */
  log(exchange: Exchange<Own>, outcome: PolicyOutcome): void;
}

export type PolicyPhase = keyof PolicyHooks;
