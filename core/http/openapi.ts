import { z } from 'zod';
import type { RouteAccess, RouteDescription } from './route.ts';

type Json = Record<string, unknown>;

const PROBLEM = {
  type: 'object',
  required: ['code', 'status', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'Stable; docs/errors.md lists every one.' },
    detail: { type: 'string' },
    remedy: { type: 'string' },
    position: {
      type: 'object',
      properties: { file: { type: 'string' }, line: { type: 'integer' }, column: { type: 'integer' } },
    },
    details: { type: 'object' },
    correlationId: { type: 'string' },
  },
};

const WORKSPACE = {
  name: 'X-Backplane-Workspace',
  in: 'header',
  required: false,
  description:
    'Name or id of the workspace that the request is meant for; without it the first one of whoever asks. One that they do not belong to answers as if it did not exist.',
  schema: { type: 'string' },
};

/** The OpenAPI 3.1 document of these routes, from the schemas that validate them. */
export function openApiDocument(
  routes: readonly RouteDescription[],
  version: string,
): Json & { readonly paths: Record<string, Json> } {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = `/api${route.path.replace(/:(\w+)/g, '{$1}').replace(/\{?\*(\w+)\}?/g, '{$1}')}`;
    paths[path] = { ...paths[path], [route.method]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Backplane',
      version,
      description: 'Workflows, runs, actions and webhooks of a Backplane host.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ adminKey: [] }],
    paths,
    components: {
      securitySchemes: {
        adminKey: { type: 'http', scheme: 'bearer', description: 'The admin key of the data folder.' },
        webhookSignature: {
          type: 'apiKey',
          in: 'header',
          name: 'X-Backplane-Signature',
          description:
            '`sha256=` and the hex HMAC-SHA256 of the raw body, unless the webhook asks for another signature (`auth` of its trigger).',
        },
        webhookKey: {
          type: 'apiKey',
          in: 'header',
          name: 'X-Api-Key',
          description: 'The secret of a webhook whose trigger has `auth: {type: api_key}`.',
        },
      },
      parameters: { Workspace: WORKSPACE },
      schemas: { Problem: PROBLEM },
    },
  };
}

function operation(route: RouteDescription): Json {
  return {
    operationId: `${route.method}_${route.path.replace(/\W+/g, '_').replace(/^_|_$/g, '')}`,
    tags: [route.tag],
    summary: route.summary,
    parameters: [
      ...parameters(route.params, 'path'),
      ...parameters(route.query, 'query'),
      ...(route.access === 'open' ? [] : [{ $ref: '#/components/parameters/Workspace' }]),
    ],
    ...(route.body || (route.bodyKind ?? 'json') !== 'json' ? { requestBody: requestBody(route) } : {}),
    ...(route.access === 'open' ? { security: [] } : scopeNote(route.access)),
    ...(route.path.startsWith('/webhooks') ? { security: [{ webhookSignature: [] }, { webhookKey: [] }] } : {}),
    responses: {
      ...Object.fromEntries(Object.entries(route.answers).map(([status, answer]) => [status, response(answer)])),
      default: {
        description: 'A problem.',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

/** `x-backplane-scope`: what the caller needs; one that depends on the request has its parameters in braces. */
function scopeNote(access: RouteAccess): Json {
  if (access === 'self') return {};
  const { scope, in: where = 'workspace' } = access;
  const braces = { params: new Proxy({}, { get: (_, name) => `{${String(name)}}` }), query: {}, body: {} };
  return {
    'x-backplane-scope': typeof scope === 'string' ? scope : scope(braces),
    'x-backplane-scope-in': typeof where === 'string' ? where : 'what the path names',
  };
}

function parameters(schema: z.ZodType | undefined, place: 'path' | 'query'): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = toSchema(schema) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: rest,
  }));
}

function requestBody(route: RouteDescription): Json {
  const schema = route.body ? toSchema(route.body) : {};
  if ((route.bodyKind ?? 'json') === 'json') return { required: true, content: { 'application/json': { schema } } };
  return {
    content: {
      'application/json': { schema },
      'application/x-www-form-urlencoded': { schema: { type: 'object' } },
      'text/plain': { schema: { type: 'string' } },
      ...(route.bodyKind === 'any' && ANY_BODY),
    },
  };
}

const ANY_BODY = {
  'multipart/form-data': { schema: { type: 'object' } },
  'application/x-ndjson': { schema: { type: 'string', description: 'One run a line.' } },
  '*/*': { schema: { type: 'string', format: 'binary' } },
};

function response(answer: RouteDescription['answers'][number]): Json {
  if (answer.schema === undefined && answer.mediaType === undefined) return { description: answer.description };
  const schema = answer.schema ? toSchema(answer.schema, 'output') : { type: 'string' };
  return { description: answer.description, content: { [answer.mediaType ?? 'application/json']: { schema } } };
}

function toSchema(schema: z.ZodType, io: 'input' | 'output' = 'input'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json;
  return rest;
}
