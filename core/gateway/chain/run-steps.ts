import type { PolicyReply, PolicyStep } from '@backplane/sdk';
import { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { AuthenticationStep, Step } from './chain.ts';
import { hookInTime } from './hook-in-time.ts';
import type { PolicyExchange } from './policy-exchange.ts';
import type { PolicyInstance } from './policy-instance.ts';

/** True when a policy has answered: then the exchange holds its reply. A promise only where a policy needs one. */
export type Stopped = boolean | Promise<boolean>;

/** Runs the hooks in order until one answers. Throws, or rejects with, the coded error of a policy that must not fail. */
export function runSteps(exchange: PolicyExchange, steps: readonly Step[], from = 0): Stopped {
  for (let at = from; at < steps.length; at += 1) {
    const step = steps[at]!;
    if (step.instance.applies !== undefined && !step.instance.applies(exchange)) continue;
    if (step.buffer !== undefined) {
      if (exchange.mayReadBody) return exchange.readBody().then(() => runSteps(exchange, steps, at));
      exchange.checkHeldBody(step.buffer);
    }
    const given = runStep(exchange, step);
    if (given === undefined) continue;
    if (!isPromise(given)) return exchange.stopWith(given, step);
    return decided(exchange, step, given).then((reply) =>
      reply === undefined ? runSteps(exchange, steps, at + 1) : exchange.stopWith(reply, step),
    );
  }
  return false;
}

/** Who is it? Schemes are tried in order; a refusal counts only when no other scheme knows the caller. */
export function runAuthentication(exchange: PolicyExchange, { schemes, isRequired }: AuthenticationStep): Stopped {
  let refusal: PolicyReply | undefined;
  let refusing: Step | undefined;
  const tryFrom = (from: number): Stopped => {
    for (let at = from; at < schemes.length && exchange.identity === undefined; at += 1) {
      const step = schemes[at]!;
      if (step.instance.applies !== undefined && !step.instance.applies(exchange)) continue;
      if (step.buffer !== undefined) {
        if (exchange.mayReadBody) return exchange.readBody().then(() => tryFrom(at));
        exchange.checkHeldBody(step.buffer);
      }
      const note = (reply: PolicyReply | undefined) => {
        if (reply === undefined) return;
        refusal = reply;
        refusing = step;
      };
      const given = runStep(exchange, step);
      if (!isPromise(given)) note(given);
      else
        return decided(exchange, step, given).then((reply) => {
          note(reply);
          return tryFrom(at + 1);
        });
    }
    if (exchange.identity !== undefined) return false;
    if (refusal !== undefined) return exchange.stopWith(refusal, refusing!);
    if (isRequired) throw raise.GATEWAY_UNAUTHENTICATED({});
    return false;
  };
  return tryFrom(0);
}

function runStep(exchange: PolicyExchange, step: Step): PolicyStep {
  const begun = exchange.isTimed ? performance.now() : undefined;
  const given = decision(exchange, step);
  if (begun !== undefined) {
    const done = () => step.instance.notes.time(performance.now() - begun);
    if (isPromise(given)) given.then(done, done);
    else done();
  }
  return given;
}

function decision(exchange: PolicyExchange, step: Step): PolicyStep {
  try {
    const given = step.run(exchange);
    return given === undefined || isPromise(given) ? given : answerOf(given);
  } catch (problem) {
    return failed(exchange, step.instance, step.phase, problem);
  }
}

/** Policies are anybody's code. Throws for what is no answer. */
function answerOf(given: unknown): PolicyReply | undefined {
  if (given === undefined || given === null) return undefined;
  const { status } = given as PolicyReply;
  if (Number.isInteger(status) && status >= 100 && status <= 599) return given as PolicyReply;
  throw new TypeError(`it gave ${JSON.stringify(given)?.slice(0, 100)}, which is no answer: one has a \`status\``);
}

/** The answer of a policy that takes its time, as long as it may. */
async function decided(
  exchange: PolicyExchange,
  { instance, phase }: Step,
  given: Promise<PolicyReply | undefined>,
): Promise<PolicyReply | undefined> {
  try {
    return answerOf(await (instance.waits ? given : hookInTime(exchange, instance, phase, given)));
  } catch (problem) {
    return failed(exchange, instance, phase, problem);
  }
}

/** Goes on without the policy where that is allowed; else throws what the caller is told. */
export function failed(exchange: PolicyExchange, instance: PolicyInstance, phase: string, problem: unknown): undefined {
  const { notes, onFailure, use } = instance;
  notes.failure(phase, `${exchange.request.method} ${exchange.request.rawPath}`, problem);
  const facts = { policy: use.policy, use: use.id, phase, correlationId: exchange.id };
  exchange.log.warn('a policy failed', { ...facts, onFailure, problem: problemText(problem) });
  if (onFailure === 'open') return undefined;
  // What a policy throws with a code of its own is meant for the caller.
  if (BackplaneError.is(problem)) throw problem;
  throw raise.GATEWAY_POLICY_FAILED({ policy: use.policy, phase }, { cause: problem });
}

function problemText(problem: unknown): string {
  return problem instanceof Error ? (problem.stack ?? problem.message) : String(problem);
}

export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as PromiseLike<T> | undefined)?.then === 'function';
}
