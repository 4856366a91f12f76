import type { Request, RequestHandler, Response, Router } from 'express';
import type { z } from 'zod';
import type { Access } from '../access/access.ts';
import { raise } from '../errors/catalogue.ts';
import { plainSchemaMessage } from '../language/source/plain-schema-message.ts';
import { callerOf } from './caller.ts';
import { passed } from './passed.ts';
import { permit } from './permit.ts';
import { type Recording, recordRequest } from './record-request.ts';
import { inputBody, jsonBody } from './request-body.ts';
import type { Route } from './route.ts';
import { clientGone, sendAnswer } from './send-answer.ts';
import { whileAllowed } from './while-allowed.ts';

export interface MountOptions extends Recording {
  readonly access: Access;
  /** Finds out who asks; has been passed once already. */
  readonly identify: RequestHandler;
  /** Keeps the raw bytes of the body. */
  readonly readBody: RequestHandler;
}

/**
 * Puts a route on a router: validates, asks whether the caller may, calls, records, answers. Whatever goes wrong travels to the problem
 * handler. A route that does not say who may call it is refused.
 */
export function mountRoute(
  router: Router,
  route: Route,
  { access, identify, readBody, ...recording }: MountOptions,
): void {
  if (route.access === undefined) throw new Error(`${route.method} ${route.path} does not say who may call it.`);
  const isStream = Object.values(route.answers).some(({ mediaType }) => mediaType === 'text/event-stream');
  router[route.method](route.path, async (request: Request, response: Response) => {
    response.locals['route'] = `/api${route.path}`;
    const caller = callerOf(request);
    const gone = clientGone(response);
    const answer = await recordRequest(recording, { route, caller, request }, async () => {
      await passed(readBody, request, response);
      const asked = readRequest(route, request);
      await permit(access, caller, route.access, asked);
      if (!isStream) return route.handle({ ...asked, caller, request, response, signal: gone });
      using allowed = whileAllowed(request, response, { identify, access, wanted: route.access, asked });
      const signal = AbortSignal.any([gone, allowed.signal]);
      return await route.handle({ ...asked, caller, request, response, signal });
    });
    sendAnswer(response, answer);
  });
}

/** Throws HTTP_INVALID_REQUEST, HTTP_BODY_SYNTAX, HTTP_MEDIA_TYPE or INPUT_TOO_DEEP. */
function readRequest(route: Route, request: Request) {
  const problems: string[] = [];
  const params = validate(route.params, request.params, 'path', problems);
  const query = validate(route.query, { ...request.query }, 'query', problems);
  const given = route.bodyKind === 'input' ? inputBody(request) : route.body ? (jsonBody(request) ?? {}) : undefined;
  const body = validate(route.body, given, 'body', problems);
  if (problems.length > 0) throw raise.HTTP_INVALID_REQUEST({ problems });
  return { params, query, body };
}

/** What a schema makes of a part of a request; what is wrong is added to `problems`. */
export function validate(schema: z.ZodType | undefined, value: unknown, where: string, problems: string[]): unknown {
  if (schema === undefined) return value;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues)
    problems.push(`${[where, ...issue.path].join('.')}: ${plainSchemaMessage(issue.message)}`);
  return undefined;
}
