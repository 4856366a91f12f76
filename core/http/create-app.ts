import type { RequestListener } from 'node:http';
import express, { type Express, type RequestHandler, Router } from 'express';
import { raise } from '../errors/catalogue.ts';
import { pathPattern } from '../plugins/routes/path-pattern.ts';
import { withCorrelation } from '../telemetry/correlation.ts';
import type { ApiServices, RouteServices } from './api-services.ts';
import { beginHandler, callbackHandler } from './connections/consent-pages.ts';
import { consoleRouter } from './console/console-router.ts';
import { consoleRoutes } from './console/console-routes.ts';
import { docsPage } from './docs-page.ts';
import { healthRoutes } from './health.ts';
import { identifyCaller } from './identify-caller.ts';
import { answerDescriptions } from './interactions/answer-description.ts';
import { answerHandler } from './interactions/answer-handler.ts';
import { slackDescription, slackHandler } from './interactions/slack-handler.ts';
import { mountRoute } from './mount-route.ts';
import { openRequest } from './open-request.ts';
import { openApiDocument } from './openapi.ts';
import { pluginPaths } from './plugin-routes/describe-plugin-routes.ts';
import { pluginRouteHandler } from './plugin-routes/plugin-route-handler.ts';
import { triggerWebhookHandler } from './plugin-routes/trigger-webhook-handler.ts';
import { problemHandler } from './problem.ts';
import type { Route } from './route.ts';
import { accessRoutes } from './routes/access/access-routes.ts';
import { actionRoutes } from './routes/action-routes.ts';
import { apiKeyRoutes } from './routes/api-key-routes.ts';
import { connectionRoutes } from './routes/connection-routes.ts';
import { environmentRoutes } from './routes/environment-routes.ts';
import { gatewayRoutes } from './routes/gateway-routes.ts';
import { hostRoutes } from './routes/host-routes.ts';
import { interactionRoutes } from './routes/interaction-routes.ts';
import { meRoutes } from './routes/me-routes.ts';
import { pluginDataRoutes } from './routes/plugin-data-routes.ts';
import { pluginRoutes } from './routes/plugin-routes.ts';
import { runBulkRoutes } from './routes/run-bulk-routes.ts';
import { runControlRoutes } from './routes/run-control-routes.ts';
import { runHistoryRoutes } from './routes/run-history-routes.ts';
import { runRoutes } from './routes/run-routes.ts';
import { scheduleRoutes } from './routes/schedule-routes.ts';
import { secretKeyRoutes } from './routes/secret-key-routes.ts';
import { secretRoutes } from './routes/secret-routes.ts';
import { sourceRoutes } from './routes/source-routes.ts';
import { triggerRoutes } from './routes/trigger-routes.ts';
import { userRoutes } from './routes/user-routes.ts';
import { variableRoutes } from './routes/variable-routes.ts';
import { workflowRoutes } from './routes/workflow-routes.ts';
import { signInPages } from './sign-in/sign-in-pages.ts';
import { signInRouter, signInRoutes } from './sign-in/sign-in-router.ts';
import { sourceWebhookDescription, sourceWebhookHandler } from './sources/source-webhook-handler.ts';
import { webhookDescription } from './webhooks/webhook-description.ts';
import { WEBHOOK_ROUTE, webhookDoor } from './webhooks/webhook-door.ts';
import { type WebhookHandler, webhookHandler } from './webhooks/webhook-handler.ts';

/** Of what somebody sends who has nothing but a link. */
const MAX_ANSWER_BYTES = 65_536;

export interface AppOptions {
  readonly maxBodyBytes: number;
  readonly trustProxy: boolean;
  readonly version: string;
}

/** Every route below `/api` for which somebody has to prove who they are. */
export function apiRoutes(services: RouteServices): Route[] {
  return [
    ...workflowRoutes(services),
    ...runHistoryRoutes(services),
    ...runRoutes(services),
    ...scheduleRoutes(services),
    ...runControlRoutes(services),
    ...runBulkRoutes(services),
    ...interactionRoutes(services),
    ...actionRoutes(services),
    ...pluginRoutes(services),
    ...sourceRoutes(services),
    ...hostRoutes(services),
    ...gatewayRoutes(services),
    ...triggerRoutes(services),
    ...consoleRoutes(services),
    ...pluginDataRoutes(services),
    ...accessRoutes(services),
    ...meRoutes(services),
    ...apiKeyRoutes(services),
    ...userRoutes(services),
    ...connectionRoutes(services),
    ...secretRoutes(services),
    ...secretKeyRoutes(services),
    ...variableRoutes(services),
    ...environmentRoutes(services),
  ];
}

/** The whole HTTP surface. Calls of webhooks, of which there may be many, do not go through all that the other addresses need. */
export function createListener(services: ApiServices, options: AppOptions): RequestListener {
  const webhooks = webhookHandler(services, options);
  const door = webhookDoor(webhooks, services);
  const app = createApp(services, options, webhooks);
  return (request, response) => {
    if (!door(request, response)) app(request, response);
  };
}

/**
 * Open without a key: health, the API's description, sign-in, webhooks, which prove themselves by signature, and the links by which people
 * answer.
 */
function createApp(services: ApiServices, options: AppOptions, webhooks: WebhookHandler): Express {
  const app = express();
  app
    .disable('x-powered-by')
    .disable('etag')
    .set('trust proxy', options.trustProxy ? 1 : false)
    .set('query parser', 'simple');
  app.use(open, measure(services));
  const { authenticators, places, access, audit, log } = services;
  const { trustProxy } = options;
  const identify = identifyCaller({ authenticators, places, audit, trustProxy });
  app.use(healthRoutes(services, identify));
  app.get('/', (_request, response) => response.redirect(302, '/api/docs'));

  const body = express.raw({ type: () => true, limit: options.maxBodyBytes });
  const routes = apiRoutes(services);
  const api = Router();
  let document: { readonly paths: object } | undefined;
  api.get('/openapi.json', (_request, response) => {
    document ??= openApiDocument(
      [
        ...routes,
        ...signInRoutes(services),
        ...answerDescriptions,
        webhookDescription,
        slackDescription,
        sourceWebhookDescription,
      ],
      options.version,
    );
    response.json({ ...document, paths: { ...document.paths, ...pluginPaths(services.board) } });
  });
  api.use(docsPage());
  api.use(signInRouter(services));
  const answer = [
    express.raw({ type: () => true, limit: Math.min(MAX_ANSWER_BYTES, options.maxBodyBytes) }),
    answerHandler(services),
  ];
  api.get('/interactions/:id/answer/:token', ...answer);
  api.post('/interactions/:id/answer/:token', ...answer);
  api.get('/integrations/begin/:token', beginHandler(services));
  api.get('/integrations/callback', callbackHandler(services));
  api.post('/webhooks/interactions/slack', body, slackHandler(services));
  // What the door does not take: other ways to write the same address.
  api.all('/webhooks/*path', (request, response) => {
    response.locals['route'] = WEBHOOK_ROUTE;
    return webhooks(request, response, (request.params['path'] as unknown as string[]).join('/'));
  });
  api.post('/sources/:id/webhook', body, sourceWebhookHandler(services));
  api.all('/plugin-webhooks/:token', body, triggerWebhookHandler(services));
  const isOwn = ownPluginPaths(routes);
  api.all(
    '/plugins/:id/*path',
    pluginRouteHandler(services, { guard: identify, maxBodyBytes: options.maxBodyBytes, trustProxy, isOwn }),
  );
  api.use(identify);
  for (const route of routes) mountRoute(api, route, { access, audit, log, trustProxy, identify, readBody: body });
  app.use('/api', api);
  app.use('/console', signInPages(services), consoleRouter(services));

  app.use((request) => {
    throw raise.HTTP_NOT_FOUND({ what: `address ${request.method} ${request.path}` });
  });
  app.use(problemHandler(services.log));
  return app;
}

/** What the host itself answers below `/plugins/<id>`. */
function ownPluginPaths(routes: readonly Route[]): (path: string) => boolean {
  const own = routes.flatMap(({ path }) => {
    const below = /^\/plugins\/:\w+(\/.+)$/.exec(path)?.[1];
    return below === undefined ? [] : [pathPattern(below.replace(/:(\w+)/g, '{$1}'))];
  });
  return (path) => own.some((matches) => matches(path) !== undefined);
}

const open: RequestHandler = (request, response, next) => {
  withCorrelation(openRequest(request, response), next);
};

/** Whoever reads the log must not be able to answer in the name of others. */
function withoutToken(path: string): string {
  return path.replace(/(\/answer\/)[^/]+/, '$1***');
}

function measure({ metrics, log }: Pick<ApiServices, 'metrics' | 'log'>): RequestHandler {
  return (request, response, next) => {
    const start = performance.now();
    response.once('finish', () => {
      const seconds = (performance.now() - start) / 1000;
      const route = (response.locals['route'] as string | undefined) ?? 'other';
      metrics.httpAnswered(route, request.method, response.statusCode, seconds);
      log.debug('request', {
        method: request.method,
        path: withoutToken(request.path),
        status: response.statusCode,
        seconds,
      });
    });
    next();
  };
}
