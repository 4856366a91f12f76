import { defineGatewayPolicy } from '@backplane/sdk';
import { z } from 'zod';
import { compileTemplate, escapeFor, escapeForHeader } from './template.ts';

const config = z
  .strictObject({
    status: z.int().min(200).max(599).default(200),
    headers: z.record(z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'no name of a header'), z.string()).default({}),
    body: z.string().optional().describe('A text. Default empty.'),
    json: z.json().optional().describe('Instead of `body`: any JSON.'),
  })
  .refine(({ body, json }) => body === undefined || json === undefined, 'either `body` or `json`');

export const mock = defineGatewayPolicy({
  name: 'mock',
  title: 'Mock',
  summary: 'Answers itself instead of an upstream: a fixed status, headers and body with parts of the request.',
  config,
  // After sign-in and rights, before anything is sent.
  phases: ['rewrite'],
  onFailure: 'closed',
  create({ config: { status, headers, body, json } }) {
    const said = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
    const type = said ?? (json === undefined ? 'text/plain; charset=utf-8' : 'application/json');
    const text = compileTemplate(json === undefined ? (body ?? '') : JSON.stringify(json), escapeFor(type));
    const fields = Object.entries({ ...(said === undefined && { 'content-type': type }), ...headers }).map(
      ([name, value]) => [name, compileTemplate(value, escapeForHeader)] as const,
    );
    return {
      rewrite: (exchange) => ({
        status,
        headers: Object.fromEntries(fields.map(([name, value]) => [name, value(exchange)])),
        body: text(exchange),
        because: 'the route is a mock',
      }),
    };
  },
});
