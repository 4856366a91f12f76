import type { RequestHandler } from 'express';
import { raise } from '../../errors/catalogue.ts';
import type { ApiServices } from '../api-services.ts';
import { inputBody, rawBody } from '../request-body.ts';
import { clientGone, sendAnswer } from '../send-answer.ts';
import { startRun } from '../start-run.ts';
import { answerWithRun, waitMode } from '../wait-for-run.ts';
import { verifySignature } from './verify-signature.ts';

/**
 * `/api/webhooks/<path>`: finds the workflow, proves the sender, starts a run and answers once it is durable.
 * An unknown path and a known one without a signature differ in their answers, but nothing runs without the secret.
 */
export function webhookHandler({
  engine,
  workflows,
  stopping,
}: Pick<ApiServices, 'engine' | 'workflows' | 'stopping'>): RequestHandler {
  return async (request, response) => {
    response.locals['route'] = '/api/webhooks/{path}';
    const target = await workflows.webhook((request.params['path'] as unknown as string[]).join('/'));
    if (target === undefined) throw raise.WEBHOOK_NOT_FOUND(undefined);
    if (!target.methods.includes(request.method)) {
      response.setHeader('Allow', target.methods.join(', '));
      throw raise.HTTP_METHOD_NOT_ALLOWED({ method: request.method, allowed: target.methods });
    }
    verifySignature(request.headers, rawBody(request), target.secret);
    const idempotencyKey = request.get('idempotency-key');
    const handle = await startRun(engine, target.workflow, inputBody(request), {
      triggerType: 'webhook',
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    });
    const wait = waitMode.safeParse(request.query['wait']);
    sendAnswer(
      response,
      await answerWithRun(engine, handle, {
        wait: wait.data ?? 'false',
        signal: AbortSignal.any([clientGone(response), stopping]),
      }),
    );
  };
}
