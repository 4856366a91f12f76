import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse as parseQuery } from 'node:querystring';
import { raise } from '../../errors/catalogue.ts';
import type { RunHandle } from '../../executor/engine.ts';
import type { WebhookTarget } from '../../workflow/workflow-catalogue.ts';
import type { ApiServices } from '../api-services.ts';
import { clientAddress } from '../client-address.ts';
import { sendAnswer } from '../send-answer.ts';
import { startRun } from '../start-run.ts';
import { acceptedAnswer, endedAnswer, resultAnswer, waitMode } from '../wait-for-run.ts';
import { writeBody } from '../write-body.ts';
import { checkAddress } from './check-address.ts';
import { customAnswer, sendCustomAnswer } from './custom-answer.ts';
import { proveCall } from './prove-call.ts';
import { RateLimiter } from './rate-limiter.ts';
import { bodyReader } from './read-body.ts';
import { type Payload, type Payloads, readPayloads } from './read-payloads.ts';
import { onceOnly } from './replay-guard.ts';
import { requestEnvelope } from './request-envelope.ts';
import { slackChallenge } from './slack-challenge.ts';
import { startLines } from './start-lines.ts';
import { WaitingCallers } from './waiting-callers.ts';
import type { WebhookCall } from './webhook-call.ts';

type Services = Pick<ApiServices, 'engine' | 'workflows' | 'seenCalls' | 'stopping'>;

export interface WebhookOptions {
  readonly maxBodyBytes: number;
  readonly trustProxy: boolean;
}

/** Serves one call of the webhook at this path. Throws coded errors, with nothing written. */
export type WebhookHandler = (request: IncomingMessage, response: ServerResponse, path: string) => Promise<void>;

/**
 * `/api/webhooks/<path>`: finds the workflow, proves the sender, starts a run and answers once it is durable.
 * An unknown path and a known one without a signature differ in their answers, but nothing runs without the secret.
 */
export function webhookHandler(services: Services, { maxBodyBytes, trustProxy }: WebhookOptions): WebhookHandler {
  const limiter = new RateLimiter();
  const callers = new WaitingCallers(services.stopping);
  const readBody = bodyReader(maxBodyBytes);
  return async (request, response, path) => {
    // Every call is a run of its own, also a GET.
    response.setHeader('Cache-Control', 'no-store');
    const body = await readBody(request, response);
    const target = await services.workflows.webhook(path);
    if (target === undefined) throw raise.WEBHOOK_NOT_FOUND(undefined);
    const { trigger, workflow } = target;
    checkMethod(target, request.method!, response);
    if (trigger.allowIps !== undefined) checkAddress(trigger.allowIps, clientAddress(request, trustProxy));
    const call = callOf(request, body);
    const proof = proveCall(target, call, Date.now());
    // Only proven calls count: strangers cannot use up what belongs to the sender.
    if (trigger.rateLimit !== undefined) limiter.take(workflow.id, trigger.rateLimit, performance.now());
    const read = await readPayloads(call);
    const challenge = slackChallenge(trigger, read);
    if (challenge !== undefined) {
      response.setHeader('Content-Type', 'text/plain; charset=utf-8');
      writeBody(response, 200, challenge);
      return;
    }
    const key = request.headers['idempotency-key'] as string | undefined;
    const runs = await onceOnly(services.seenCalls, { workflow: workflow.id, proof, idempotencyKey: key }, () =>
      start(services, target, inputsOf(target, call, read), key),
    );
    if (read.lines) sendAnswer(response, { status: 202, body: { runs } });
    else await answer(services.engine, callers, { target, call, handle: runs[0]!, response });
  };
}

interface Inputs {
  readonly lines: boolean;
  readonly inputs: readonly unknown[];
}

function inputsOf({ trigger }: WebhookTarget, call: WebhookCall, { lines, payloads }: Payloads): Inputs {
  const input = (payload: Payload) => (trigger.includeRequest ? requestEnvelope(trigger, call, payload) : payload.data);
  return { lines, inputs: payloads.map(input) };
}

async function start(
  { engine }: Services,
  { workflow }: WebhookTarget,
  { lines, inputs }: Inputs,
  idempotencyKey: string | undefined,
): Promise<readonly RunHandle[]> {
  if (lines) return startLines(engine, workflow, inputs, idempotencyKey);
  const options = { triggerType: 'webhook', ...(idempotencyKey !== undefined && { idempotencyKey }) } as const;
  return [await startRun(engine, workflow, inputs[0], options)];
}

interface Answering {
  readonly target: WebhookTarget;
  readonly call: WebhookCall;
  readonly handle: RunHandle;
  readonly response: ServerResponse;
}

/** As the trigger says; where it says nothing, as the caller asks. A run that takes too long is answered with 202 all the same. */
async function answer(
  engine: ApiServices['engine'],
  callers: WaitingCallers,
  { target, call, handle, response }: Answering,
): Promise<void> {
  const { trigger, workflow } = target;
  const wait = trigger.response === undefined ? (trigger.respond ?? waitOf(call)) : 'result';
  if (wait === 'accepted' || wait === 'false') return sendAnswer(response, acceptedAnswer(handle));
  const { runId } = handle;
  // Runs that are not journaled are not there any more after the next start.
  const patience = { toTheEnd: workflow.definition.config.durability === 'none' };
  if (trigger.response === undefined && wait === 'result') {
    const outcome = await callers.wait(response, (signal) => engine.outcome(runId, signal), patience);
    return sendAnswer(response, outcome === undefined ? acceptedAnswer(handle) : resultAnswer(outcome));
  }
  const run = await callers.wait(response, (signal) => engine.result(runId, signal), patience);
  if (run === undefined) sendAnswer(response, acceptedAnswer(handle));
  else if (trigger.response === undefined) sendAnswer(response, endedAnswer(run));
  else sendCustomAnswer(response, customAnswer(workflow.definition, trigger.response, run));
}

function waitOf({ query }: WebhookCall): 'false' | 'true' | 'result' {
  return query === '' ? 'false' : (waitMode.safeParse(parseQuery(query)['wait']).data ?? 'false');
}

function checkMethod({ trigger: { methods } }: WebhookTarget, method: string, response: ServerResponse): void {
  if ((methods as readonly string[]).includes(method)) return;
  response.setHeader('Allow', methods.join(', '));
  throw raise.HTTP_METHOD_NOT_ALLOWED({ method, allowed: methods });
}

function callOf({ method, headers, url }: IncomingMessage, body: Buffer): WebhookCall {
  const mark = url!.indexOf('?');
  return { method: method!, headers, query: mark < 0 ? '' : url!.slice(mark + 1), body };
}
