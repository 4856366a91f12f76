import { createHash } from 'node:crypto';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { ApiServices } from '../api-services.ts';
import { rawBody } from '../request-body.ts';
import type { RouteDescription } from '../route.ts';
import { onceOnly } from '../webhooks/replay-guard.ts';

/** Servers do not sign the time of a push: so long the same signed bytes count as a replay. */
const TTL_MS = 600_000;

/** `/api/sources/<id>/webhook`: a push, told by the Git server. Answers before anything is fetched. */
export function sourceWebhookHandler({
  sources,
  seenCalls,
}: Pick<ApiServices, 'sources' | 'seenCalls'>): RequestHandler {
  return async (request, response) => {
    response.locals['route'] = '/api/sources/:id/webhook';
    const id = String(request.params['id']);
    const body = rawBody(request);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
    );
    await sources.prove(id, { headers, body });
    const digest = createHash('sha256').update(body).digest('hex');
    const call = { workflow: `sources/${id}`, proof: { once: { digest, ttlMs: TTL_MS } }, idempotencyKey: undefined };
    await onceOnly(seenCalls, call, () => sources.syncSoon(id));
    response.status(202).json({ accepted: true });
  };
}

export const sourceWebhookDescription: RouteDescription = {
  method: 'post',
  path: '/sources/:id/webhook',
  tag: 'Sources',
  summary: 'Tell of a push: GitHub, Gitea, GitLab, or X-Backplane-Signature; the secret is that of `sync.webhook`',
  params: z.object({ id: z.string() }),
  bodyKind: 'any',
  access: 'open',
  answers: { 202: { description: 'The source is asked soon.', schema: z.object({ accepted: z.literal(true) }) } },
};
