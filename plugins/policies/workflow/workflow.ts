import { createHash } from 'node:crypto';
import {
  defineGatewayPolicy,
  type Exchange,
  jsonTemplate,
  type PolicyReply,
  problemReply,
  type WorkflowRunStatus,
} from '@backplane/sdk';
import { settings } from './settings.ts';

export const workflow = defineGatewayPolicy({
  name: 'workflow',
  title: 'Workflow',
  summary: 'Answers a route with the result of a workflow.',
  config: settings,
  // After sign-in and rights; nothing is sent to an upstream.
  phases: ['rewrite'],
  onFailure: 'closed',
  waits: true,
  protocols: ['http'],
  uses: ['workflows'],
  body: { request: { buffer: { maxBytes: 1024 * 1024, onOverflow: 'refuse' } } },
  create({ config, workflows, use }) {
    const inputOf = jsonTemplate(config.input);
    const { workflow: name, wait, location, idempotencyKey } = config;
    return {
      async rewrite(exchange) {
        const body = bodyOf(exchange);
        if (body === undefined) return unreadable(exchange);
        const key = idempotencyKey === false ? undefined : exchange.request.headers.get(idempotencyKey);
        const { runId } = await workflows.start(
          name,
          inputOf(exchange, body.value),
          key === undefined ? {} : { idempotencyKey: ownKey(use.id, exchange.identity?.subject, key) },
        );
        if (wait === 0) return accepted(runId, location);
        const run = await unlessGone(exchange.signal, workflows.wait(runId, { timeoutMs: wait }));
        return run === undefined || run.status === 'running' ? accepted(runId, location) : ended(exchange, run);
      },
    };
  },
});

/** Undefined as soon as the caller has gone: the run goes on, but nothing of the request is kept for it. */
async function unlessGone<T>(signal: AbortSignal, run: Promise<T>): Promise<T | undefined> {
  const gone = Promise.withResolvers<undefined>();
  const leave = () => gone.resolve(undefined);
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  try {
    return await Promise.race([run, gone.promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

/** Undefined: it is no JSON. */
function bodyOf({ request: { body } }: Exchange): { readonly value: unknown } | undefined {
  if (body === undefined || body.byteLength === 0) return { value: null };
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) };
  } catch {
    return undefined;
  }
}

/** Two callers that happen to send the same key must not see each other's runs. */
function ownKey(use: string, subject: string | undefined, key: string): string {
  return createHash('sha256')
    .update(JSON.stringify([use, subject, key]))
    .digest('hex');
}

function accepted(runId: string, location: string | undefined): PolicyReply {
  return {
    status: 202,
    headers: {
      'content-type': 'application/json',
      'x-run-id': runId,
      ...(location !== undefined && { location: location.replaceAll('{runId}', encodeURIComponent(runId)) }),
    },
    body: JSON.stringify({ runId, status: 'running' }),
    because: 'the run goes on',
  };
}

function ended(exchange: Exchange, { runId, status, result }: WorkflowRunStatus): PolicyReply {
  if (status === 'completed')
    return {
      status: 200,
      headers: { 'content-type': 'application/json', 'x-run-id': runId },
      body: JSON.stringify(result ?? null),
      because: `the run ${runId} has completed`,
    };
  return problemReply({
    status: 502,
    code: 'GATEWAY_WORKFLOW_FAILED',
    title: 'The workflow failed',
    detail: `The run ended as ${status}.`,
    exchange,
    headers: { 'x-run-id': runId },
    because: `the run ${runId} ended as ${status}`,
  });
}

function unreadable(exchange: Exchange): PolicyReply {
  return problemReply({
    status: 400,
    code: 'GATEWAY_BODY_NOT_JSON',
    title: 'No JSON',
    detail: 'The body is no JSON.',
    exchange,
  });
}
