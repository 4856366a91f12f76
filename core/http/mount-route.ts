import { stringifyJson } from '@backplane/sdk';
import type { Request, Response, Router } from 'express';
import type { z } from 'zod';
import { raise } from '../errors/catalogue.ts';
import { inputBody, jsonBody } from './request-body.ts';
import type { Answer, Route } from './route.ts';

/** Puts a route on a router: validates, calls, answers. Whatever goes wrong travels to the problem handler. */
export function mountRoute(router: Router, route: Route): void {
  router[route.method](route.path, async (request: Request, response: Response) => {
    response.locals['route'] = `/api${route.path}`;
    const problems: string[] = [];
    const params = validate(route.params, request.params, 'path', problems);
    const query = validate(route.query, { ...request.query }, 'query', problems);
    const given = route.bodyKind === 'input' ? inputBody(request) : route.body ? (jsonBody(request) ?? {}) : undefined;
    const body = validate(route.body, given, 'body', problems);
    if (problems.length > 0) throw raise.HTTP_INVALID_REQUEST({ problems });
    const answer = await route.handle({ params, query, body, request, response, signal: clientGone(response) });
    if (answer !== undefined) send(response, answer);
  });
}

function validate(schema: z.ZodType | undefined, value: unknown, where: string, problems: string[]): unknown {
  if (schema === undefined) return value;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) problems.push(`${[where, ...issue.path].join('.')}: ${issue.message}`);
  return undefined;
}

function clientGone(response: Response): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => controller.abort());
  return controller.signal;
}

function send(response: Response, { status = 200, body, headers = {} }: NonNullable<Answer>): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.status(status);
  if (body === undefined) response.end();
  else response.type('application/json').send(stringifyJson(body));
}
