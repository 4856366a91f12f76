import { raise } from '../../errors/catalogue.ts';
import { nearest } from '../../language/source/did-you-mean.ts';
import { ask } from '../connections/ask.ts';
import { RequestView } from '../exchange/request-view.ts';
import { safePath } from '../exchange/safe-path.ts';
import { upstreamHeaders } from '../exchange/upstream-headers.ts';
import { WireHeaders } from '../exchange/wire-headers.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Target, TryOutcome, Upstream } from '../upstreams/upstream.ts';
import { plainHeaders } from './answer-headers.ts';
import { IDEMPOTENT, wasKept } from './upstream-answer.ts';
import type { UpstreamCall, UpstreamReply } from './upstream-call.ts';
import { upstreamFailure } from './upstream-failure.ts';

/** The whole answer travels to the host at once. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** Most targets that are tried while none takes the connection. */
const MOST_TRIES = 3;

/**
 * Sends a request to a target of an upstream, past all routes. A target that takes no connection has not seen the request, so another one gets it.
 * Rejects with GATEWAY_CALL_UPSTREAM_UNKNOWN, GATEWAY_CALL_INVALID, GATEWAY_HEADER_INVALID, GATEWAY_NO_TARGET, GATEWAY_UPSTREAM_…,
 * GATEWAY_ANSWER_TOO_LARGE, or with the reason of the signal.
 */
export async function callUpstream(
  snapshot: Snapshot,
  call: UpstreamCall,
  signal: AbortSignal,
): Promise<UpstreamReply> {
  const upstream = snapshot.upstreams.get(call.upstream);
  if (upstream === undefined) {
    const near = nearest(call.upstream, snapshot.upstreams.keys());
    throw raise.GATEWAY_CALL_UPSTREAM_UNKNOWN({ upstream: call.upstream, near });
  }
  const request = requestFor(call);
  snapshot.enter();
  try {
    return await sendTo(upstream, call, request, signal);
  } finally {
    snapshot.leave();
  }
}

async function sendTo(
  upstream: Upstream,
  call: UpstreamCall,
  request: RequestView,
  signal: AbortSignal,
): Promise<UpstreamReply> {
  const limit = AbortSignal.timeout(call.timeoutMs);
  const either = AbortSignal.any([signal, limit]);
  const tried: Target[] = [];
  const mostTries = Math.min(MOST_TRIES, upstream.targets.length);
  let isSentAgain = false;
  let again: Target | undefined;
  for (;;) {
    const target = again ?? upstream.pick({ request, subject: undefined }, tried);
    if (target === undefined) throw raise.GATEWAY_NO_TARGET({ upstream: upstream.name });
    again = undefined;
    tried.push(target);
    const begun = performance.now();
    const progress = { status: 0 };
    let outcome: TryOutcome = { failure: 'cancelled' };
    upstream.begun(target);
    try {
      const reply = await sendOnce(upstream, target, call, request, either, progress);
      outcome = { status: reply.status };
      return reply;
    } catch (problem) {
      if (signal.aborted) throw signal.reason;
      // What is too large was answered all the same.
      if (problem instanceof TooLarge) {
        outcome = { status: progress.status };
        throw raise.GATEWAY_ANSWER_TOO_LARGE({ upstream: upstream.name, maxBytes: MAX_ANSWER_BYTES });
      }
      if (limit.aborted) {
        outcome = { failure: 'timeout' };
        throw raise.GATEWAY_UPSTREAM_TIMEOUT({ upstream: upstream.name, limitMs: call.timeoutMs }, { cause: problem });
      }
      const failure = upstreamFailure(upstream.name, problem as Error, call.timeoutMs);
      const isStale = progress.status === 0 && IDEMPOTENT.has(call.method) && wasKept(problem as Error);
      if (isStale && !isSentAgain) {
        isSentAgain = true;
        again = target;
        continue;
      }
      outcome = failure.outcome;
      if (!isUnseen(outcome, problem) || tried.length >= mostTries) throw failure.error;
    } finally {
      upstream.ended(target, outcome, performance.now() - begun);
    }
  }
}

async function sendOnce(
  upstream: Upstream,
  target: Target,
  call: UpstreamCall,
  request: RequestView,
  signal: AbortSignal,
  progress: { status: number },
): Promise<UpstreamReply> {
  const { status, raw, body, isCut } = await ask(
    target.connections,
    {
      path: request.url,
      method: call.method,
      headers: upstreamHeaders(request, { host: 'caller', forwarded: false, isPeerTrusted: false }),
      body: call.body,
      headTimeoutMs: call.timeoutMs,
      bodyTimeoutMs: upstream.pool.bodyTimeoutMs,
    },
    {
      signal,
      maxBytes: MAX_ANSWER_BYTES,
      onStatus: (given) => {
        progress.status = given;
      },
    },
  );
  if (isCut) throw new TooLarge();
  return { status, headers: plainHeaders(raw), body };
}

/** Whether the target has seen nothing of the request. A network can also go away under a connection that stands. */
function isUnseen(outcome: TryOutcome, problem: unknown): boolean {
  const { syscall = '' } = problem as NodeJS.ErrnoException;
  return 'failure' in outcome && outcome.failure === 'connect' && !['read', 'write'].includes(syscall);
}

class TooLarge extends Error {}

/** What is sent, as balancers look at it. Throws GATEWAY_CALL_INVALID, GATEWAY_HEADER_INVALID. */
function requestFor({ upstream, method, path, headers: given, body }: UpstreamCall): RequestView {
  const refuse = (problem: string) => raise.GATEWAY_CALL_INVALID({ upstream, problem });
  if (!METHODS.has(method)) throw refuse(`the method is not one of ${[...METHODS].join(', ')}`);
  if (!/^\/[\x21\x22\x24-\x7e]*$/.test(path))
    throw refuse('its path has to begin with `/`, and to be without spaces, `#` and what is not ASCII');
  if (safePath(path.split('?', 1)[0]!) === undefined) throw refuse('its path can be understood in more than one way');
  const headers = new WireHeaders([]);
  for (const [name, value] of Object.entries(given)) {
    if (name.toLowerCase() !== 'content-length') headers.set(name, value);
  }
  return new RequestView({
    method,
    url: path,
    rawHeaders: headers.raw,
    clientAddress: '',
    peerAddress: '',
    scheme: 'http',
    protocol: 'http',
    hasBody: body !== undefined,
  });
}
