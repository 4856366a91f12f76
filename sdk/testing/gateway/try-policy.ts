import type {
  GatewayRouteAnswer,
  GatewayRouteCall,
  PolicyReply,
  PolicyTarget,
  ResponseExchange,
} from '../../contributions/gateway/exchange.ts';
import type { BodyAccess, BodyNeeds, GatewayPolicy } from '../../contributions/gateway/gateway-policy.ts';
import type { Identities } from '../../contributions/gateway/identities.ts';
import type { AttemptOptions, PolicyHooks } from '../../contributions/gateway/policy-hooks.ts';
import type { SharedState } from '../../contributions/gateway/shared-state.ts';
import { BackplaneError, type ErrorRecord } from '../../errors/backplane-error.ts';
import type { Ports } from '../../ports/ports.ts';
import { checkSchema } from '../check-schema.ts';
import type { LogLine } from '../fake-host.ts';
import { memorySharedState } from '../memory-shared-state.ts';
import { type TestClock, testClock } from '../test-clock.ts';
import { headerList } from './header-list.ts';
import { type MemoryMeters, memoryMeters } from './memory-meters.ts';
import { type TrialRequest, type TrialRoute, trialExchange } from './trial-exchange.ts';

/** What the upstream of a trial answers. A string is text, bytes are bytes, anything else JSON. */
export interface UpstreamAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>> | readonly (readonly [string, string])[];
  readonly body?: unknown;
}

/** What another route answers. */
export interface RouteAnswer extends UpstreamAnswer {
  /** Default true; otherwise a policy or the gateway answered. */
  readonly isFromUpstream?: boolean;
}

/** What came to the upstream. */
export interface UpstreamRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly attempt: number;
  readonly target: PolicyTarget | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface PolicyTrialOptions {
  /** Default: answers 200 with `ok`. Throwing stands for no answer. */
  readonly upstream?: (request: UpstreamRequest) => UpstreamAnswer | Promise<UpstreamAnswer>;
  readonly ports?: Partial<Ports>;
  readonly identities?: Identities;
  readonly shared?: SharedState;
  readonly clock?: TestClock;
  readonly route?: Partial<TrialRoute>;
  readonly targets?: readonly PolicyTarget[];
  /** Other routes that the policy may call, by id. */
  readonly routes?: Readonly<Record<string, (call: GatewayRouteCall) => RouteAnswer | Promise<RouteAnswer>>>;
  /** Pieces in which bodies of answers come; default one. */
  readonly pieceBytes?: number;
}

export interface TrialAnswer {
  readonly status: number;
  /** Lower-case names; repeated ones joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly bytes: Uint8Array;
  readonly source: 'upstream' | 'cache' | 'policy' | 'gateway';
  /** Why a policy answered. */
  readonly because: string | undefined;
  readonly exchange: ResponseExchange;
}

/** A policy on one route of a gateway, without a gateway: the phases in their order, a made-up upstream, a clock that stands still. */
export interface PolicyTrial extends AsyncDisposable {
  send(request?: TrialRequest): Promise<TrialAnswer>;
  /** What came to the upstream, oldest first. */
  readonly sent: readonly UpstreamRequest[];
  readonly logs: readonly LogLine[];
  readonly meters: MemoryMeters;
  readonly shared: SharedState;
  readonly clock: TestClock;
}

type Hooks = Partial<PolicyHooks> & { close?(): Promise<void>; readonly body?: BodyNeeds };

/** Rejects where a gateway would refuse the configuration. */
export async function tryPolicy(
  policy: GatewayPolicy,
  config: unknown = {},
  options: PolicyTrialOptions = {},
): Promise<PolicyTrial> {
  const { clock = testClock() } = options;
  const checked = await checkSchema(policy.config, config);
  if ('problems' in checked)
    throw new Error(`the configuration of ${policy.name} does not fit: ${checked.problems.join('; ')}`);
  const logs: LogLine[] = [];
  const line = (level: LogLine['level']) => (message: string, fields?: object) =>
    void logs.push({ level, message, ...(fields && { fields }) });
  const log = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  const meters = memoryMeters();
  const shared = options.shared ?? memorySharedState(clock);
  const sent: UpstreamRequest[] = [];
  const stopping = new AbortController();
  const hooks = (await policy.create({
    config: checked.value,
    log,
    signal: stopping.signal,
    now: () => clock.now(),
    shared,
    meters,
    identities: options.identities ?? { verify: async () => undefined },
    use: { id: `route/${policy.name}` },
    ...Object.fromEntries((policy.uses ?? []).map((port: keyof Ports) => [port, options.ports?.[port]])),
  } as never)) as Hooks;
  let requests = 0;

  return {
    sent,
    logs,
    meters,
    shared,
    clock,
    send,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await hooks.close?.();
    },
  };

  async function send(request: TrialRequest = {}): Promise<TrialAnswer> {
    requests += 1;
    const deferred: (() => void | Promise<void>)[] = [];
    const exchange = trialExchange(request, {
      id: `request-${requests}`,
      route: { id: 'route', params: {}, metadata: {}, tags: [], ...options.route },
      targets: options.targets ?? [{ id: 'a', origin: 'http://10.0.0.1:80', weight: 1, metadata: {} }],
      bufferBytes: bufferBytes((hooks.body ?? policy.body)?.request),
      log,
      defer: (work) => deferred.push(work),
      async call(call) {
        const route = options.routes?.[call.route];
        if (route === undefined) throw new Error(`no route has the id ${call.route}`);
        const answer = await route(call);
        const { status, headers, body } = written(answer);
        return { status, headers, body, isFromUpstream: answer.isFromUpstream ?? true } satisfies GatewayRouteAnswer;
      },
    });
    const started = clock.now();
    const answer = await answerOf(exchange, request);
    hooks.log?.(exchange, {
      status: answer.status,
      totalMs: clock.now() - started,
      sentBytes: answer.bytes.byteLength,
      receivedBytes: exchange.request.body?.byteLength ?? 0,
    });
    for (const work of deferred) await work();
    return answer;
  }

  async function answerOf(exchange: ResponseExchange, request: TrialRequest): Promise<TrialAnswer> {
    if (hooks.connection && !(await hooks.connection(exchange.connection)))
      return {
        status: 0,
        headers: {},
        body: '',
        bytes: new Uint8Array(),
        source: 'gateway',
        because: undefined,
        exchange,
      };
    let answer: Answer;
    try {
      answer = await course(exchange, request);
    } catch (thrown) {
      const error = errorRecord(thrown);
      const reply = await hooks.error?.(exchange, error);
      answer = reply ? repliedBy(reply, 'policy') : await gatewayAnswer(error);
    }
    return finish(exchange, answer);
  }

  async function course(exchange: ResponseExchange, request: TrialRequest): Promise<Answer> {
    for (const phase of ['request', 'route', 'admit', 'authenticate', 'authorize', 'rewrite', 'cache'] as const) {
      const reply = await hooks[phase]?.(exchange);
      if (reply) return repliedBy(reply, phase === 'cache' ? 'cache' : 'policy');
    }
    await hooks.upstream?.(exchange);
    let attempts = 0;
    const next = async (given: AttemptOptions = {}): Promise<ResponseExchange> => {
      attempts += 1;
      const { upstream } = exchange;
      const body = upstream.body ?? exchange.request.body ?? request.body;
      const asked: UpstreamRequest = {
        method: upstream.method,
        path: upstream.path,
        headers: headerRecord(upstream.headers.entries()),
        body: body === undefined ? '' : typeof body === 'string' ? body : new TextDecoder().decode(body),
        attempt: attempts,
        target: given.target ?? upstream.target ?? upstream.targets[0],
        timeoutMs: upstream.timeoutMs,
        signal: given.signal ?? exchange.signal,
      };
      sent.push(asked);
      const { status, headers, body: bytes } = written((await options.upstream?.(asked)) ?? { body: 'ok' });
      const answered: ResponseExchange = Object.create(exchange, {
        upstream: { value: Object.create(upstream, { attempt: { value: attempts }, target: { value: asked.target } }) },
        response: { value: { status, headers, source: 'upstream' } },
      });
      bodies.set(answered, bytes);
      return answered;
    };
    const answered = hooks.attempt ? await hooks.attempt(exchange, next) : await next();
    if (!('response' in answered)) return repliedBy(answered, 'policy');
    exchange.upstream.target = answered.upstream.target;
    const { status, headers } = answered.response;
    return { status, headers, body: bodies.get(answered) ?? new Uint8Array(), source: 'upstream', because: undefined };
  }

  async function finish(exchange: ResponseExchange, first: Answer): Promise<TrialAnswer> {
    let answer = first;
    const limit = bufferBytes((hooks.body ?? policy.body)?.response);
    const seen = limit !== undefined && answer.body.byteLength <= limit;
    const place = (from: Answer) =>
      Object.assign(exchange.response, {
        status: from.status,
        headers: from.headers,
        source: from.source,
        ...(seen && { body: from.body }),
      });
    place(answer);
    const reply = await hooks.responseHeaders?.(exchange);
    if (reply) {
      answer = repliedBy(reply, 'policy');
      place(answer);
    }
    const { status, headers } = exchange.response;
    const whole = (seen && exchange.response.body) || answer.body;
    const passed = hooks.responseBody ? await pieces(exchange, whole) : whole;
    const bytes = exchange.request.method === 'HEAD' ? new Uint8Array() : passed;
    return {
      status,
      headers: headerRecord(headers.entries()),
      body: new TextDecoder().decode(bytes),
      bytes,
      source: answer.source,
      because: answer.because,
      exchange,
    };
  }

  async function pieces(exchange: ResponseExchange, body: Uint8Array): Promise<Uint8Array> {
    const size = options.pieceBytes ?? Math.max(body.byteLength, 1);
    const out: Uint8Array[] = [];
    for (let at = 0; at < body.byteLength; at += size) {
      const piece = await hooks.responseBody!(exchange, body.subarray(at, at + size), false);
      if (piece) out.push(piece);
    }
    const last = await hooks.responseBody!(exchange, new Uint8Array(), true);
    if (last) out.push(last);
    return joined(out);
  }
}

interface Answer {
  readonly status: number;
  readonly headers: ReturnType<typeof headerList>;
  readonly body: Uint8Array;
  readonly source: TrialAnswer['source'];
  readonly because: string | undefined;
}

const bodies = new WeakMap<ResponseExchange, Uint8Array>();

function bufferBytes(access: BodyAccess | undefined): number | undefined {
  return typeof access === 'object' ? access.buffer.maxBytes : undefined;
}

function written({ status = 200, headers, body }: UpstreamAnswer) {
  const list = headerList(headers as Readonly<Record<string, string>> | undefined);
  if (body instanceof Uint8Array) return { status, headers: list, body };
  const isText = typeof body === 'string';
  if (body !== undefined && list.get('content-type') === undefined)
    list.set('content-type', isText ? 'text/plain; charset=utf-8' : 'application/json');
  const text = body === undefined ? '' : isText ? body : JSON.stringify(body);
  return { status, headers: list, body: new TextEncoder().encode(text) };
}

function repliedBy(reply: PolicyReply, source: 'policy' | 'cache'): Answer {
  const { status, headers, body, because } = reply;
  const text = body === undefined || typeof body === 'string' ? (body ?? '') : undefined;
  if (text === undefined && !(body instanceof Uint8Array))
    throw new TypeError('a trial cannot read a stream that a policy answers with');
  return {
    status,
    headers: headerList(headers),
    body: text === undefined ? (body as Uint8Array) : new TextEncoder().encode(text),
    source,
    because,
  };
}

async function gatewayAnswer(error: ErrorRecord): Promise<Answer> {
  const headers = headerList({ 'content-type': 'application/problem+json' });
  const body = new TextEncoder().encode(JSON.stringify({ code: error.code, detail: error.message }));
  return { status: error.status ?? 500, headers, body, source: 'gateway', because: error.message };
}

function errorRecord(thrown: unknown): ErrorRecord {
  if (BackplaneError.is(thrown)) return thrown.toJSON();
  return { code: 'GATEWAY_POLICY_FAILED', status: 500, message: String((thrown as Error)?.message ?? thrown) };
}

function headerRecord(entries: Iterable<readonly [string, string]>): Record<string, string> {
  const all: Record<string, string> = {};
  for (const [name, value] of entries) {
    const key = name.toLowerCase();
    all[key] = key in all ? `${all[key]}, ${value}` : value;
  }
  return all;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.byteLength;
  }
  return all;
}
