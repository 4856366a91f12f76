import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import { raise } from '../../errors/catalogue.ts';
import type { ApiServices } from '../api-services.ts';
import { formFields, rawBody } from '../request-body.ts';
import type { RouteDescription } from '../route.ts';
import { onceOnly } from '../webhooks/replay-guard.ts';
import { verifyHmac } from '../webhooks/verify-hmac.ts';
import { readSlackPayload } from './slack-payload.ts';

type Services = Pick<ApiServices, 'engine' | 'seenCalls' | 'slackSecrets'>;

/** `/api/webhooks/interactions/slack`: what Slack sends when somebody presses a button. Answers once that is durable. */
export function slackHandler({ engine, seenCalls, slackSecrets }: Services): RequestHandler {
  return async (request, response) => {
    response.locals['route'] = '/api/webhooks/interactions/slack';
    const secrets = await slackSecrets();
    if (secrets.length === 0) throw raise.INTERACTION_SLACK_NOT_CONFIGURED(undefined);
    const body = rawBody(request);
    const call = { method: request.method, headers: request.headers, query: '', body };
    const proof = verifyHmac({ type: 'hmac', preset: 'slack', secrets: [] }, call, { secrets, now: Date.now() });
    const { payload } = formFields(body.toString('utf8'));
    const { interaction, ...said } = readSlackPayload(typeof payload === 'string' ? payload : undefined);
    await onceOnly(seenCalls, { workflow: 'interactions/slack', proof, idempotencyKey: undefined }, () =>
      engine.answer(interaction, { id: randomUUID(), via: 'slack', ...said }),
    );
    response.status(200).end();
  };
}

export const slackDescription: RouteDescription = {
  method: 'post',
  path: '/webhooks/interactions/slack',
  tag: 'Interactions',
  summary: "Take the press of a button in Slack, proven by Slack's signature",
  access: 'open',
  bodyKind: 'input',
  answers: { 200: { description: 'Durable.', schema: z.unknown() } },
};
