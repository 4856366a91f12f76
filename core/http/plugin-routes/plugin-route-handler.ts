import { pipeline } from 'node:stream/promises';
import type { RouteActor } from '@backplane/sdk';
import express, { type Request, type RequestHandler, type Response } from 'express';
import type { Scope } from '../../access/scope.ts';
import { raise } from '../../errors/catalogue.ts';
import type { Posted } from '../../plugins/contributions/contribution-board.ts';
import { type FoundRoute, findRoute } from '../../plugins/routes/find-route.ts';
import { type PlainReply, serveRoute } from '../../plugins/routes/serve-route.ts';
import type { ApiServices } from '../api-services.ts';
import { callerOf } from '../caller.ts';
import { passed } from '../passed.ts';
import { permit } from '../permit.ts';
import { type Recorded, recordRequest } from '../record-request.ts';
import { fieldsOf, inputBody, isJson, mediaType, rawBody } from '../request-body.ts';
import { clientGone } from '../send-answer.ts';
import { bodyStream } from './body-stream.ts';
import { plainHeaders } from './plain-headers.ts';
import { ANYBODY, routeActor } from './route-actor.ts';

export interface PluginRouteOptions {
  /** Lets a request pass only with somebody who is known. */
  readonly guard: RequestHandler;
  /** No route takes more, whatever it asks for. */
  readonly maxBodyBytes: number;
  readonly trustProxy: boolean;
  /** True for paths (below `/api/plugins/<id>`) that the host answers itself: no plugin gets those. */
  isOwn(path: string): boolean;
}

/** Sent by the console along with what it calls for a plugin's page. */
const ASKED_BY_PAGE = 'x-backplane-page';

/**
 * What a plugin answers is data of the plugin on the host's own address: should a browser be led to show it, it runs no script and
 * reaches nothing.
 */
const POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'";

/** `/plugins/<id>/…`: the routes of plugins that are active at this moment. Everything else goes on to the next handler. */
export function pluginRouteHandler(
  { board, access, audit, log }: Pick<ApiServices, 'board' | 'access' | 'audit' | 'log'>,
  options: PluginRouteOptions,
): RequestHandler {
  const parsers = new Map<number, RequestHandler>();
  const parserOf = (wanted: number) => {
    const limit = Math.min(wanted, options.maxBodyBytes);
    const parser = parsers.get(limit) ?? express.raw({ type: () => true, limit });
    parsers.set(limit, parser);
    return parser;
  };
  return async (request, response, next) => {
    const { id, path } = addressOf(request);
    // The console calls for a page with the key of whoever looks at it: that must never reach an address of the host.
    const other = request.get(ASKED_BY_PAGE) === undefined ? next : notFound;
    if (options.isOwn(path)) return other();
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const search = findRoute(board, id, method, path);
    if (search.found === undefined && search.methods.length === 0) return other();
    const route = search.found?.contribution;
    const isPublic = route !== undefined && 'public' in route.access;
    if (!isPublic) await passed(options.guard, request, response);
    if (search.found === undefined) {
      const allowed = [...new Set(search.methods)].toSorted();
      response.setHeader('Allow', allowed.join(', '));
      throw raise.HTTP_METHOD_NOT_ALLOWED({ method: request.method, allowed });
    }
    response.locals['route'] = `/api/plugins/${id}${search.found.contribution.path}`;
    const { found } = search;
    const { maxBodyBytes, bodyAs } = found.contribution;
    const asStream =
      bodyAs === 'stream' ? bodyStream(request, Math.min(maxBodyBytes, options.maxBodyBytes)) : undefined;
    const readBody = async () => {
      if (asStream === undefined) await passed(parserOf(maxBodyBytes), request, response);
    };
    if (isPublic) {
      await readBody();
      return send(response, await serve(found, request, response, ANYBODY, asStream));
    }
    const caller = callerOf(request);
    const recorded = { route: routeOf(found), caller, request };
    let reply: PlainReply | undefined;
    await recordRequest({ audit, log, trustProxy: options.trustProxy }, recorded, async () => {
      await readBody();
      const { scope } = found.contribution.access as { readonly scope: Scope };
      await permit(access, caller, { scope }, { params: {}, query: {}, body: undefined });
      const routes = board.of('route').filter((posted) => posted.owner.id === found.owner.id);
      const actor = await routeActor(caller, routes.flatMap(scopesOf), access);
      reply = await serve(found, request, response, actor, asStream);
      return undefined;
    });
    if (reply !== undefined) await send(response, reply);
  };
}

/** As the audit log names it. */
function routeOf({ owner, contribution: { method, path } }: FoundRoute): Recorded['route'] {
  const verb = method.toLowerCase() as Recorded['route']['method'];
  return { method: verb, path: `/plugins/${owner.id}${path}`, audit: `plugin-route.${verb}` };
}

function scopesOf({ contribution: { access } }: Posted<'route'>): readonly string[] {
  return 'public' in access ? [] : [access.scope];
}

function notFound(): never {
  throw raise.HTTP_NOT_FOUND({ what: 'such route of the plugin' });
}

function addressOf(request: Request): { readonly id: string; readonly path: string } {
  // As sent: a slash that is encoded belongs to a value, not to the path.
  const [, , id = '', ...rest] = request.path.split('/');
  return { id, path: `/${rest.join('/')}` };
}

function serve(
  found: FoundRoute,
  request: Request,
  response: Response,
  actor: RouteActor,
  content: AsyncIterable<Uint8Array> | undefined,
): Promise<PlainReply> {
  const mark = request.originalUrl.indexOf('?');
  const query = mark < 0 ? '' : request.originalUrl.slice(mark + 1);
  const body = content === undefined ? bodyOf(request) : undefined;
  return serveRoute(found, {
    query: fieldsOf(new URLSearchParams(query)),
    ...(body === undefined ? {} : { body }),
    ...(content === undefined ? {} : { content }),
    headers: plainHeaders(request),
    actor,
    signal: clientGone(response),
  });
}

/** JSON as data, forms as a map, text as text; everything else as the bytes that came. */
function bodyOf(request: Request): unknown {
  const bytes = rawBody(request);
  if (bytes.length === 0) return undefined;
  const type = mediaType(request);
  const isText = isJson(type) || type === 'application/x-www-form-urlencoded' || type.startsWith('text/');
  return isText ? inputBody(request) : new Uint8Array(bytes);
}

async function send(response: Response, { status, headers, body, content }: PlainReply): Promise<void> {
  response.setHeader('Cache-Control', 'no-store');
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader('Content-Security-Policy', POLICY);
  response.status(status);
  // What fails on the way breaks the connection: an answer that is not whole must not look as if it were.
  if (content !== undefined) await pipeline(content, response);
  else if (body === undefined) response.end();
  else response.end(body);
}
