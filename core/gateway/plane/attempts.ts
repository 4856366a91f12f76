import {
  type AttemptOptions,
  BackplaneError,
  type PolicyReply,
  type PolicyTarget,
  type ResponseExchange,
} from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { bufferOf } from '../chain/compile-chain.ts';
import type { PolicyInstance } from '../chain/policy-instance.ts';
import { failed } from '../chain/run-steps.ts';
import type { GatewayExchange } from '../exchange/gateway-exchange.ts';
import { WireHeaders } from '../exchange/wire-headers.ts';
import { replyHeaders } from './answer-headers.ts';
import { type Attempted, AttemptView } from './attempt-view.ts';
import { balanced, sendTo } from './forward.ts';
import { sendKept, sendReply } from './send-reply.ts';
import type { AnswerHead, UpstreamAnswer } from './upstream-answer.ts';

type Try = (options: AttemptOptions) => Promise<Attempted>;

/** Sends the request through the policies that wrap tries, outermost first, and delivers the answer that they choose. Rejects when none does. */
export async function attempt(exchange: GatewayExchange): Promise<void> {
  for (const { body, applies } of exchange.route!.chain.attempts) {
    const buffer = bufferOf(body?.request);
    if (buffer === undefined || applies?.(exchange) === false) continue;
    if (exchange.mayReadBody) await exchange.readBody();
    exchange.checkHeldBody(buffer);
  }
  const send = sendOnce(exchange);
  const through = exchange.route!.chain.attempts.reduceRight<Try>(
    (next, instance) => (options) => wrapped(exchange, instance, next, options),
    send,
  );
  let chosen: Attempted | undefined;
  try {
    chosen = await through({});
  } finally {
    // Also those that have not answered yet: nobody would ever read them.
    const kept = chosen && 'upstream' in chosen.from ? chosen.from.upstream : undefined;
    for (const one of exchange.attempts) if (one !== kept) one.abort(new Error('another try was chosen'));
    exchange.isDecided = true;
  }
  if ('reply' in chosen.from) {
    const { reply, by } = chosen.from;
    // A cache that has asked whether what it keeps still holds.
    if (by.hooks.cache !== undefined) sendKept(exchange, reply, by);
    else sendReply(exchange, reply, 'policy');
    return;
  }
  const { answer, reason, from } = chosen;
  exchange.upstream.attempt = chosen.attempt;
  from.upstream.deliver({ status: answer.status, reason, raw: answer.headers.raw.slice() });
}

async function wrapped(
  exchange: GatewayExchange,
  instance: PolicyInstance,
  next: Try,
  outer: AttemptOptions,
): Promise<Attempted> {
  const { hooks, use, notes, applies } = instance;
  if (applies !== undefined && !applies(exchange)) return next(outer);
  let given: ResponseExchange | PolicyReply;
  let hasTried = false;
  const ofTries = new Set<unknown>();
  try {
    const tryOnce = async (options: AttemptOptions = {}) => {
      hasTried = true;
      try {
        return new AttemptView(exchange, instance, await next(together(outer, options)));
      } catch (problem) {
        ofTries.add(problem);
        throw problem;
      }
    };
    given = await hooks.attempt!(exchange.viewOf(instance), (options) => {
      const tried = tryOnce(options);
      // A policy need not wait for all of its tries.
      tried.catch(() => undefined);
      return tried;
    });
  } catch (problem) {
    // What a try failed with passes through; anything else is the policy's own fault.
    if (BackplaneError.is(problem) || ofTries.has(problem)) throw problem;
    failed(exchange, instance, 'attempt', problem);
    // It may be done without, as long as nothing has been sent.
    if (hasTried) throw raise.GATEWAY_POLICY_FAILED({ policy: use.policy, phase: 'attempt' }, { cause: problem });
    return next(outer);
  }
  if (given instanceof AttemptView) return given.attempted;
  if (typeof (given as PolicyReply | undefined)?.status !== 'number')
    throw raise.GATEWAY_POLICY_FAILED({ policy: use.policy, phase: 'attempt' });
  const reply = given as PolicyReply;
  notes.answer('attempt', `${exchange.request.method} ${exchange.request.rawPath}`, reply.status, reply.because);
  return {
    answer: {
      status: reply.status,
      headers: new WireHeaders(replyHeaders(reply)),
      source: 'policy',
    },
    reason: reply.reason ?? '',
    attempt: exchange.upstream.attempt,
    target: undefined,
    from: { reply, by: instance },
  };
}

/** The innermost try: to the target that was chosen, or to one that was not tried yet. */
function sendOnce(exchange: GatewayExchange): Try {
  const upstream = exchange.route!.upstream!;
  const tried: PolicyTarget[] = [];
  return ({ signal, target: wanted }) => {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (exchange.isOver || exchange.isDecided || exchange.failure !== undefined)
      return Promise.reject(new Error('nobody waits for another try'));
    const chosen = wanted ?? (tried.length === 0 ? exchange.upstream.target : undefined);
    const target = (chosen && upstream.targetOf(chosen)) ?? upstream.pick(balanced(exchange), tried);
    if (target === undefined) return Promise.reject(raise.GATEWAY_NO_TARGET({ upstream: upstream.name }));
    tried.push(target);
    const attemptNumber = tried.length;
    const { promise, resolve, reject } = Promise.withResolvers<Attempted>();
    const judge = {
      answered(from: UpstreamAnswer, { status, reason, raw }: AnswerHead) {
        resolve({
          answer: { status, headers: new WireHeaders(raw), source: 'upstream' },
          reason,
          attempt: attemptNumber,
          target,
          from: { upstream: from },
        });
      },
      failed: reject,
    };
    const answer = sendTo(exchange, upstream, target, judge);
    signal?.addEventListener(
      'abort',
      () => {
        answer.abort(signal.reason);
        reject(signal.reason);
      },
      { once: true },
    );
    return promise;
  };
}

function together(outer: AttemptOptions, inner: AttemptOptions): AttemptOptions {
  const signals = [outer.signal, inner.signal].filter((signal) => signal !== undefined);
  const target = inner.target ?? outer.target;
  return {
    ...(signals.length > 0 && { signal: signals.length === 1 ? signals[0]! : AbortSignal.any(signals) }),
    ...(target !== undefined && { target }),
  };
}
