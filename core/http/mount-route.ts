import type { Request, Response, Router } from 'express';
import type { z } from 'zod';
import { raise } from '../errors/catalogue.ts';
import { plainSchemaMessage } from '../language/source/plain-schema-message.ts';
import { inputBody, jsonBody } from './request-body.ts';
import type { Route } from './route.ts';
import { clientGone, sendAnswer } from './send-answer.ts';

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
    sendAnswer(response, answer);
  });
}

function validate(schema: z.ZodType | undefined, value: unknown, where: string, problems: string[]): unknown {
  if (schema === undefined) return value;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues)
    problems.push(`${[where, ...issue.path].join('.')}: ${plainSchemaMessage(issue.message)}`);
  return undefined;
}
