import type { Request, RequestHandler, Response } from 'express';
import { raise } from '../../errors/catalogue.ts';
import type { RunHandle } from '../../executor/engine.ts';
import type { WebhookTarget } from '../../workflow/workflow-catalogue.ts';
import type { ApiServices } from '../api-services.ts';
import { rawBody } from '../request-body.ts';
import { clientGone, sendAnswer } from '../send-answer.ts';
import { startRun } from '../start-run.ts';
import { answerWithRun, endedRun, waitMode } from '../wait-for-run.ts';
import { checkAddress } from './check-address.ts';
import { customAnswer, sendCustomAnswer } from './custom-answer.ts';
import { proveCall } from './prove-call.ts';
import { RateLimiter } from './rate-limiter.ts';
import { type Payload, type Payloads, readPayloads } from './read-payloads.ts';
import { onceOnly } from './replay-guard.ts';
import { requestEnvelope } from './request-envelope.ts';
import { slackChallenge } from './slack-challenge.ts';
import { startLines } from './start-lines.ts';
import type { WebhookCall } from './webhook-call.ts';

type Services = Pick<ApiServices, 'engine' | 'workflows' | 'seenCalls' | 'stopping'>;

/**
 * `/api/webhooks/<path>`: finds the workflow, proves the sender, starts a run and answers once it is durable.
 * An unknown path and a known one without a signature differ in their answers, but nothing runs without the secret.
 */
export function webhookHandler(services: Services): RequestHandler {
  const limiter = new RateLimiter();
  return async (request, response) => {
    response.locals['route'] = '/api/webhooks/{path}';
    // Every call is a run of its own, also a GET.
    response.setHeader('Cache-Control', 'no-store');
    const target = await services.workflows.webhook((request.params['path'] as unknown as string[]).join('/'));
    if (target === undefined) throw raise.WEBHOOK_NOT_FOUND(undefined);
    const { trigger, workflow } = target;
    checkMethod(target, request, response);
    checkAddress(trigger, request.ip);
    const call = callOf(request);
    const proof = proveCall(target, call, Date.now());
    // Only proven calls count: strangers cannot use up what belongs to the sender.
    if (trigger.rateLimit !== undefined) limiter.take(workflow.id, trigger.rateLimit, performance.now());
    const read = await readPayloads(call);
    const challenge = slackChallenge(trigger, read);
    if (challenge !== undefined) {
      response.type('text/plain').send(challenge);
      return;
    }
    const idempotencyKey = request.get('idempotency-key');
    const runs = await onceOnly(services.seenCalls, { workflow: workflow.id, proof, idempotencyKey }, () =>
      start(services, target, inputsOf(target, call, read), idempotencyKey),
    );
    if (read.lines) sendAnswer(response, { status: 202, body: { runs } });
    else await answer(services, target, runs[0]!, request, response);
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

/** As the trigger says; where it says nothing, as the caller asks. */
async function answer(
  { engine, stopping }: Services,
  { trigger, workflow }: WebhookTarget,
  handle: RunHandle,
  request: Request,
  response: Response,
): Promise<void> {
  const signal = AbortSignal.any([clientGone(response), stopping]);
  if (trigger.response !== undefined) {
    const run = await endedRun(engine, handle.runId, signal);
    if (run !== undefined) return sendCustomAnswer(response, customAnswer(workflow.definition, trigger.response, run));
  }
  sendAnswer(response, await answerWithRun(engine, handle, { wait: waitOf(trigger, request), signal }));
}

function waitOf({ respond, response }: WebhookTarget['trigger'], request: Request): 'false' | 'true' | 'result' {
  // A run that did not end in time for its custom answer is not waited for a second time.
  if (respond === 'accepted' || response !== undefined) return 'false';
  return respond === 'result' ? 'result' : (waitMode.safeParse(request.query['wait']).data ?? 'false');
}

function checkMethod({ trigger: { methods } }: WebhookTarget, { method }: Request, response: Response): void {
  if ((methods as readonly string[]).includes(method)) return;
  response.setHeader('Allow', methods.join(', '));
  throw raise.HTTP_METHOD_NOT_ALLOWED({ method, allowed: methods });
}

function callOf(request: Request): WebhookCall {
  const { method, headers, originalUrl } = request;
  const mark = originalUrl.indexOf('?');
  return { method, headers, query: mark < 0 ? '' : originalUrl.slice(mark + 1), body: rawBody(request) };
}
