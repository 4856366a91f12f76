import type { Http, HttpReply, HttpRequest, Log } from '@backplane/sdk';
import type { Dispatcher } from 'undici';
import { raise } from '../errors/catalogue.ts';
import { type AgentPool, createAgentPool } from './agent-pool.ts';
import { createEgressGuard, type EgressGuard } from './egress-guard.ts';
import type { EgressRules } from './egress-rules.ts';
import type { Resolve } from './guarded-connector.ts';
import { type OutgoingRequest, outgoingRequest } from './outgoing-request.ts';
import { configuredProxy, type ProxyFor } from './proxy.ts';
import { proxyError } from './proxy-error.ts';
import { followRedirect, isRedirect } from './redirect.ts';
import { decodeBody, readBody } from './response-body.ts';
import { targetOf } from './target.ts';
import { transportError } from './transport-error.ts';

export interface HttpPortOptions {
  readonly egress: EgressRules;
  readonly log: Log;
  /** What requests get that do not say otherwise. */
  readonly defaults?: {
    readonly userAgent?: string;
    /** Default 10,000. */
    readonly timeoutMs?: number;
    /** Default 20. */
    readonly maxRedirects?: number;
    /** Default 100 MiB. */
    readonly maxResponseBytes?: number;
  };
  /** Replaces the system's resolver, for tests of what the guard does with its answers. */
  readonly resolve?: Resolve;
  /** Which proxy leads where, instead of what `egress` says. */
  readonly proxyFor?: ProxyFor;
}

/** Longest delay a timer can hold. */
const MAX_TIMEOUT_MS = 2_147_483_647;

/**
 * Sends all requests of this host. Proxy variables of the environment are not used: a proxy looks names up out of the guard's
 * sight, which has to be somebody's decision. Throws EGRESS_RULE_INVALID.
 */
export function createHttpPort(options: HttpPortOptions): Http & AsyncDisposable {
  const {
    userAgent = 'backplane',
    timeoutMs = 10_000,
    maxRedirects = 20,
    maxResponseBytes = 100 * 1024 * 1024,
  } = options.defaults ?? {};
  const guard = createEgressGuard(options.egress);
  const pool = createAgentPool(guard, options.resolve);
  const proxyFor = options.proxyFor ?? configuredProxy(options.egress);

  async function send(request: HttpRequest): Promise<HttpReply> {
    const limitMs = Math.min(request.timeoutMs ?? timeoutMs, MAX_TIMEOUT_MS);
    const exchange: Exchange = {
      guard,
      pool,
      proxyFor,
      request,
      limitMs,
      deadline: AbortSignal.timeout(limitMs),
      redirectsLeft: request.followRedirects === true ? (request.maxRedirects ?? maxRedirects) : undefined,
      maxBytes: request.maxResponseBytes ?? maxResponseBytes,
    };
    const first = await outgoingRequest(request, userAgent);
    const started = performance.now();
    const reply = await followAll(exchange, first);
    const durationMs = Math.round(performance.now() - started);
    options.log.debug('outbound request', {
      method: first.method,
      host: first.url.host,
      status: reply.status,
      durationMs,
    });
    return reply;
  }

  return { send, [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose]() };
}

interface Exchange {
  readonly guard: EgressGuard;
  readonly pool: AgentPool;
  readonly proxyFor: ProxyFor | undefined;
  readonly request: HttpRequest;
  readonly limitMs: number;
  readonly deadline: AbortSignal;
  /** Undefined: a redirect is an answer like any other. */
  readonly redirectsLeft: number | undefined;
  readonly maxBytes: number;
}

async function followAll(exchange: Exchange, first: OutgoingRequest): Promise<HttpReply> {
  const { redirectsLeft } = exchange;
  let hop = first;
  for (let followed = 0; ; followed += 1) {
    const reply = await exchangeOnce(exchange, hop, hop.url.origin === first.url.origin);
    const location = reply.headers['location'];
    if (redirectsLeft === undefined || !isRedirect(reply.status, location)) return reply;
    if (followed >= redirectsLeft)
      throw raise.HTTP_PORT_TOO_MANY_REDIRECTS({ host: first.url.host, limit: redirectsLeft });
    hop = followRedirect(hop, reply.status, location);
  }
}

/** `trusted`: still at the origin the caller named, so its client certificate may be shown. */
async function exchangeOnce(exchange: Exchange, hop: OutgoingRequest, trusted: boolean): Promise<HttpReply> {
  const { request, deadline, limitMs } = exchange;
  const { host } = hop.url;
  const proxy = exchange.proxyFor?.(hop.url);
  checkTarget(exchange.guard, hop.url, proxy);
  const wishes = trusted ? request : { ...request, clientCertificate: undefined };
  const agent = await exchange.pool.agentFor(wishes, proxy);
  const signal = request.signal === undefined ? deadline : AbortSignal.any([deadline, request.signal]);
  try {
    signal.throwIfAborted();
    return await receive(await dispatch(agent, hop, signal), hop, exchange.maxBytes);
  } catch (error) {
    if (request.signal?.aborted) throw raise.HTTP_PORT_ABORTED({ host }, { cause: request.signal.reason });
    if (deadline.aborted) throw raise.HTTP_PORT_TIMEOUT({ host, limitMs }, { cause: error });
    throw (proxy !== undefined && proxyError(error, host, proxy)) || transportError(error, host);
  }
}

function dispatch(
  agent: Dispatcher,
  { url, method, headers, body }: OutgoingRequest,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  return agent.request({
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: method as Dispatcher.HttpMethod,
    headers: { ...headers },
    body: body ?? null,
    signal,
  });
}

async function receive(response: Dispatcher.ResponseData, hop: OutgoingRequest, limit: number): Promise<HttpReply> {
  const { host, href } = hop.url;
  const headers = plainHeaders(response.headers);
  const raw = await readBody(response.body, limit, host);
  const body = await decodeBody(raw, headers['content-encoding'], limit, host);
  return { status: response.statusCode, headers, body, url: href };
}

function plainHeaders(given: Dispatcher.ResponseData['headers']): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined && name !== '__proto__')
      headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

/** Addresses written in the URL never reach the resolver, so they are checked here; names are checked again when dialled here. */
function checkTarget(guard: EgressGuard, url: URL, proxy: string | undefined): void {
  const { name, port, address } = targetOf(url);
  const ofName = proxy === undefined ? guard.refusesName : guard.refusesProxied;
  const reason = address === undefined ? ofName(name, port) : guard.refusesAddress(name, port, name);
  if (reason !== undefined) throw raise.EGRESS_DENIED({ host: url.host, reason });
}
