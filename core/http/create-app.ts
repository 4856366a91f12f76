import { randomUUID } from 'node:crypto';
import express, { type Express, type RequestHandler, Router } from 'express';
import { raise } from '../errors/catalogue.ts';
import { withCorrelation } from '../telemetry/correlation.ts';
import { type AdminKey, requireAdminKey } from './admin-key.ts';
import type { ApiServices } from './api-services.ts';
import { docsPage } from './docs-page.ts';
import { healthRoutes } from './health.ts';
import { mountRoute } from './mount-route.ts';
import { openApiDocument } from './openapi.ts';
import { problemHandler } from './problem.ts';
import type { Route } from './route.ts';
import { actionRoutes } from './routes/action-routes.ts';
import { pluginRoutes } from './routes/plugin-routes.ts';
import { runRoutes } from './routes/run-routes.ts';
import { workflowRoutes } from './routes/workflow-routes.ts';
import { webhookDescription } from './webhooks/webhook-description.ts';
import { webhookHandler } from './webhooks/webhook-handler.ts';

export interface AppOptions {
  readonly adminKey: AdminKey;
  readonly maxBodyBytes: number;
  readonly trustProxy: boolean;
  readonly version: string;
}

/** Every route below `/api` that the admin key guards. */
export function apiRoutes(services: ApiServices): Route[] {
  return [...workflowRoutes(services), ...runRoutes(services), ...actionRoutes(services), ...pluginRoutes(services)];
}

/** The whole HTTP surface. Open without a key: health, the API's description, and webhooks, which prove themselves by signature. */
export function createApp(services: ApiServices, options: AppOptions): Express {
  const app = express();
  app
    .disable('x-powered-by')
    .disable('etag')
    .set('trust proxy', options.trustProxy ? 1 : false)
    .set('query parser', 'simple');
  app.use(correlate, headers, measure(services));
  app.use(healthRoutes(services, options.adminKey));
  app.get('/', (_request, response) => response.redirect(302, '/api/docs'));

  const body = express.raw({ type: () => true, limit: options.maxBodyBytes });
  const routes = apiRoutes(services);
  const api = Router();
  let document: object | undefined;
  api.get('/openapi.json', (_request, response) => {
    document ??= openApiDocument([...routes, webhookDescription], options.version);
    response.json(document);
  });
  api.use(docsPage());
  api.all('/webhooks/*path', body, webhookHandler(services));
  api.use(requireAdminKey(options.adminKey), body);
  for (const route of routes) mountRoute(api, route);
  app.use('/api', api);

  app.use((request) => {
    throw raise.HTTP_NOT_FOUND({ what: `address ${request.method} ${request.path}` });
  });
  app.use(problemHandler(services.log));
  return app;
}

/** One id a request, taken from the caller when it sends a sensible one. */
const correlate: RequestHandler = (request, response, next) => {
  const given = request.get('x-correlation-id');
  const id = given !== undefined && /^[\w.-]{1,128}$/.test(given) ? given : randomUUID();
  response.setHeader('X-Correlation-Id', id);
  withCorrelation(id, next);
};

const headers: RequestHandler = (_request, response, next) => {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('X-Frame-Options', 'DENY');
  next();
};

function measure({ metrics, log }: Pick<ApiServices, 'metrics' | 'log'>): RequestHandler {
  return (request, response, next) => {
    const start = performance.now();
    response.once('finish', () => {
      const seconds = (performance.now() - start) / 1000;
      const route = (response.locals['route'] as string | undefined) ?? 'other';
      metrics.httpAnswered(route, request.method, response.statusCode, seconds);
      log.debug('request', { method: request.method, path: request.path, status: response.statusCode, seconds });
    });
    next();
  };
}
