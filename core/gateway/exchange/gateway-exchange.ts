import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type {
  ErrorRecord,
  GatewayRouteAnswer,
  GatewayRouteCall,
  Log,
  PolicyConnection,
  PolicyIdentity,
  PolicyReply,
  PolicyTarget,
  ResponseExchange,
} from '@backplane/sdk';
import { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { BufferLimit } from '../chain/buffer-limit.ts';
import type { Chain } from '../chain/chain.ts';
import type { Answering, PolicyExchange } from '../chain/policy-exchange.ts';
import type { SlotOwner } from '../chain/slot-owner.ts';
import type { CompiledRoute, Params } from '../router/compiled-route.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { AnswerSink } from './answer-sink.ts';
import { ExchangeView } from './exchange-view.ts';
import { limitBody } from './limit-body.ts';
import { readBody } from './read-body.ts';
import type { RequestView } from './request-view.ts';
import { UpstreamPlan } from './upstream-plan.ts';
import type { ViewedExchange } from './viewed-exchange.ts';
import { rawHeader, WireHeaders } from './wire-headers.ts';

/** What all exchanges of a data plane have in common. */
export interface ExchangeSurroundings {
  readonly log: Log;
  /** Milliseconds that a hook may take to decide. */
  readonly policyLimitMs: number;
  logFor(policy: SlotOwner, exchange: GatewayExchange): Log;
  /** Answers that the request cannot be served. */
  fail(exchange: GatewayExchange, problem: unknown): void;
  /** Sends what a policy answers, through as much of a chain as has its say. */
  reply(exchange: GatewayExchange, reply: PolicyReply, chain: Chain): void;
  call(from: GatewayExchange, call: GatewayRouteCall): Promise<GatewayRouteAnswer>;
  /** Warnings, each said now and then alone. */
  readonly complaints: { say(trouble: string, message: string, facts: Readonly<Record<string, unknown>>): void };
}

/** Bytes of a body that nobody wants, but that are read for the sake of the connection. */
const SMALL_BODY = 65_536;
const NO_PARAMS: Params = {};
const NO_ROUTE: ResponseExchange['route'] = { id: '', params: NO_PARAMS, metadata: {}, tags: [] };

export interface AnswerState {
  status: number;
  readonly headers: WireHeaders;
  source: ResponseExchange['response']['source'];
  body?: Uint8Array;
}

/** One request on its way through the gateway, with everything that is known of it. Policies see it through a view each. */
export class GatewayExchange implements PolicyExchange, ViewedExchange {
  readonly request: RequestView;
  readonly connection: PolicyConnection;
  readonly snapshot: Snapshot;
  readonly sink: AnswerSink;
  readonly surroundings: ExchangeSurroundings;
  /** Whether the headers X-Forwarded-* of the caller are to be believed. */
  readonly isPeerTrusted: boolean;
  /** The body as it comes; undefined where there is none. */
  body: Readable | undefined;
  /** Whether policies are timed: of one request in many. */
  isTimed = false;
  /** By the clock of `performance`. */
  readonly begun = performance.now();
  route: CompiledRoute | undefined;
  params: Params = NO_PARAMS;
  identity: PolicyIdentity | undefined;
  /** The answer of the policy that stopped the course. */
  reply: PolicyReply | undefined;
  repliedBy: Answering | undefined;
  /** What went wrong, for the `error` hooks. */
  failure: ErrorRecord | undefined;
  answer: AnswerState | undefined;
  /** Milliseconds from the last try until the upstream's headers. */
  upstreamMs: number | undefined;
  /** The target whose answer goes to the caller. */
  answeredBy: PolicyTarget | undefined;
  sentBytes = 0;
  receivedBytes = 0;
  isOver = false;
  /** The policies that wrap tries have chosen. */
  isDecided = false;
  /** It has become a WebSocket. */
  isUpgraded = false;
  /** Set for a request to upgrade: sends it on once its policies have let it through. */
  upgrade: (() => void) | undefined;
  /** Tells a caller that waits for it to send the body. */
  askForBody: (() => void) | undefined;
  maxBodyBytes = Number.POSITIVE_INFINITY;
  /** What policies keep from one phase to the next, by slot. */
  readonly owned: unknown[] = [];
  /** Tries so far, for whoever ends them. */
  readonly attempts: { abort(problem: Error): void }[] = [];
  /** Ids of the routes that led here, by calls of policies. */
  readonly callers: readonly string[];
  #id: string | undefined;
  #plan: UpstreamPlan | undefined;
  #views: (ExchangeView | undefined)[] | undefined;
  #abort: AbortController | undefined;
  #deferred: (() => void | Promise<void>)[] | undefined;
  #routeFacts: ResponseExchange['route'] | undefined;
  #factsOf: CompiledRoute | undefined;
  readonly #source: Readable | undefined;
  #mostBytes = Number.POSITIVE_INFINITY;
  /** The caller did not wait for all of the answer. */
  #hasLeft = false;
  #isBodyRead = false;
  #isBodySent = false;

  constructor(given: {
    readonly request: RequestView;
    readonly connection: PolicyConnection;
    readonly snapshot: Snapshot;
    readonly sink: AnswerSink;
    readonly surroundings: ExchangeSurroundings;
    readonly isPeerTrusted: boolean;
    readonly body: Readable | undefined;
    readonly callers?: readonly string[];
  }) {
    this.request = given.request;
    this.connection = given.connection;
    this.snapshot = given.snapshot;
    this.sink = given.sink;
    this.surroundings = given.surroundings;
    this.isPeerTrusted = given.isPeerTrusted;
    this.body = given.body;
    this.#source = given.body;
    this.callers = given.callers ?? [];
  }

  get id(): string {
    this.#id ??= randomUUID();
    return this.#id;
  }

  set id(id: string) {
    this.#id = id;
  }

  get log(): Log {
    return this.surroundings.log;
  }

  get policyLimitMs(): number {
    return this.surroundings.policyLimitMs;
  }

  get routeFacts(): ResponseExchange['route'] {
    if (this.route === undefined) return NO_ROUTE;
    const { id, metadata, tags } = this.route.model;
    // The route of a service takes the place of the one that is for all of them.
    if (this.#routeFacts === undefined || this.#factsOf !== this.route) {
      this.#factsOf = this.route;
      this.#routeFacts = { id, params: this.params, metadata, tags };
    }
    return this.#routeFacts;
  }

  /** Aborts when the caller has gone; what is put off until the answer has been sent goes on. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#hasLeft) this.#abort.abort();
    }
    return this.#abort.signal;
  }

  get upstream(): UpstreamPlan {
    this.#plan ??= new UpstreamPlan(this);
    return this.#plan;
  }

  /** Undefined while nobody has looked at it: then the request goes on as it came. */
  get plan(): UpstreamPlan | undefined {
    return this.#plan;
  }

  get response(): AnswerState {
    this.answer ??= { status: 0, headers: new WireHeaders([]), source: 'gateway' };
    return this.answer;
  }

  viewOf(policy: SlotOwner): ExchangeView {
    this.#views ??= [];
    let view = this.#views[policy.slot];
    if (view === undefined) {
      view = new ExchangeView(this, policy);
      this.#views[policy.slot] = view;
    }
    return view;
  }

  logOf(policy: SlotOwner): Log {
    return this.surroundings.logFor(policy, this);
  }

  /** Notes who answered; always true. */
  stopWith(reply: PolicyReply, by: Answering): true {
    this.reply = reply;
    this.repliedBy = by;
    by.instance.notes.answer(by.phase, `${this.request.method} ${this.request.rawPath}`, reply.status, reply.because);
    return true;
  }

  defer(work: () => void | Promise<void>): void {
    if (this.isOver) {
      void this.#runDeferred(work);
      return;
    }
    this.#deferred ??= [];
    this.#deferred.push(work);
  }

  call(call: GatewayRouteCall): Promise<GatewayRouteAnswer> {
    return this.surroundings.call(this, call);
  }

  /** Refuses what says that it is too large, and watches what does not say. Throws GATEWAY_BODY_TOO_LARGE. */
  checkBodySize(): void {
    if (this.body === undefined) return;
    const maxBytes = this.route?.model.maxBodyBytes ?? this.maxBodyBytes;
    this.#mostBytes = Math.min(this.#mostBytes, maxBytes);
    const said = rawHeader(this.request.rawHeaders, 'content-length');
    if (said === undefined) {
      const body = limitBody(
        this.body,
        () => this.#mostBytes,
        (bytes) => {
          this.receivedBytes = bytes;
        },
      );
      body.once('error', (problem) => {
        if (!BackplaneError.is(problem)) return;
        this.abortAttempts(problem);
        this.surroundings.fail(this, problem);
      });
      this.body = body;
      return;
    }
    this.receivedBytes = Number(said);
    if (this.receivedBytes > this.#mostBytes) throw raise.GATEWAY_BODY_TOO_LARGE({ maxBytes: this.#mostBytes });
  }

  limitBody(maxBytes: number): boolean {
    this.#mostBytes = Math.min(this.#mostBytes, maxBytes);
    return this.receivedBytes <= maxBytes;
  }

  /** Whether it can be sent again. */
  get isRepeatable(): boolean {
    return this.body === undefined;
  }

  /** The body, for the one try that may have it. */
  takeBody(): Readable | undefined {
    const { body } = this;
    if (this.#isBodySent) throw raise.GATEWAY_BODY_SENT({});
    this.#wantBody();
    this.#isBodySent = body !== undefined;
    return body;
  }

  get mayReadBody(): boolean {
    return !this.#isBodyRead && this.body !== undefined;
  }

  /** Holds as much of the body as the policies of the route want to see. */
  async readBody(): Promise<void> {
    this.#wantBody();
    const maxBytes = this.route?.chain.requestBytes;
    if (maxBytes === undefined || this.body === undefined) return;
    const { whole, rest } = await readBody(this.body, maxBytes);
    if (whole !== undefined) {
      this.body = undefined;
      this.request.body = whole;
      this.request.bodyKind = 'buffered';
      this.receivedBytes = whole.byteLength;
      return;
    }
    this.body = rest;
  }

  checkHeldBody({ maxBytes, onOverflow }: BufferLimit): void {
    if (onOverflow === 'skip') return;
    const held = this.request.body;
    if (held === undefined ? this.body !== undefined : held.byteLength > maxBytes)
      throw raise.GATEWAY_BODY_TOO_LARGE({ maxBytes });
  }

  abortAttempts(problem: Error): void {
    for (const attempt of this.attempts) attempt.abort(problem);
  }

  /** What the caller is still sending, when it is more than a little; small rests are read and dropped. */
  get unreadBody(): Readable | undefined {
    const source = this.#source as (Readable & { readonly complete?: boolean }) | undefined;
    if (source === undefined || source.complete === true || source.readableEnded || source.destroyed) return undefined;
    if (this.askForBody !== undefined) return undefined;
    const said = rawHeader(this.request.rawHeaders, 'content-length');
    return said !== undefined && Number(said) <= SMALL_BODY ? undefined : source;
  }

  #wantBody(): void {
    this.#isBodyRead = true;
    this.askForBody?.();
    this.askForBody = undefined;
  }

  /** The caller has gone, or has everything. */
  end(isComplete: boolean): void {
    if (this.isOver) return;
    this.isOver = true;
    if (!isComplete) {
      this.#hasLeft = true;
      this.#abort?.abort();
      this.abortAttempts(new Error('the caller has gone'));
    }
    for (const work of this.#deferred ?? []) void this.#runDeferred(work);
  }

  async #runDeferred(work: () => void | Promise<void>): Promise<void> {
    try {
      await work();
    } catch (problem) {
      this.log.warn('what a policy put off failed', { problem: String(problem), correlationId: this.id });
    }
  }
}
