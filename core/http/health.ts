import type { RequestHandler } from 'express';
import { Router } from 'express';
import type { ApiServices } from './api-services.ts';
import { callerOf } from './caller.ts';
import { permit } from './permit.ts';

const NOTHING = { params: {}, query: {}, body: undefined };

/** `/healthz` (alive), `/readyz` (can work, and what hinders it) and `/metrics` (Prometheus). */
export function healthRoutes(
  { readiness, metrics, access }: Pick<ApiServices, 'readiness' | 'metrics' | 'access'>,
  identify: RequestHandler,
): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'alive' });
  });
  router.get('/readyz', async (_request, response) => {
    const { ready, ...rest } = await readiness();
    response.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'not ready', ...rest });
  });
  const maySee: RequestHandler = async (request, _response, next) => {
    await permit(access, callerOf(request), { scope: 'host:read', in: 'host' }, NOTHING);
    next();
  };
  router.get('/metrics', fromThisMachineOr(identify), fromThisMachineOr(maySee), async (_request, response) => {
    response.type(metrics.contentType).send(await metrics.text());
  });
  return router;
}

/** A scraper beside the host needs no key; one that comes over the network, or through a proxy, does. */
function fromThisMachineOr(otherwise: RequestHandler): RequestHandler {
  return (request, response, next) => {
    const address = request.socket.remoteAddress ?? '';
    const local =
      /^(::1|(::ffff:)?127\.)/.test(address) &&
      request.headers['x-forwarded-for'] === undefined &&
      request.headers.forwarded === undefined;
    return local ? next() : otherwise(request, response, next);
  };
}
