import { jsonSchemaOf } from '../../plugins/actions/standard-schema.ts';
import type { ContributionBoard, Posted } from '../../plugins/contributions/contribution-board.ts';

type Json = Record<string, unknown>;

const PROBLEM = {
  description: 'A problem.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** The paths of the OpenAPI document that belong to plugins, each under the tag of its plugin. */
export function pluginPaths(board: ContributionBoard): Record<string, Json> {
  const paths: Record<string, Json> = {};
  for (const posted of board.of('route')) {
    const { owner, contribution } = posted;
    const path = `/api/plugins/${owner.id}${contribution.path}`;
    paths[path] = { ...paths[path], [contribution.method.toLowerCase()]: operation(posted) };
  }
  return paths;
}

function operation({ owner, contribution: route }: Posted<'route'>): Json {
  const isPublic = 'public' in route.access;
  return {
    operationId: `${owner.id}_${route.method.toLowerCase()}${route.path.replace(/\W+/g, '_').replace(/_$/, '')}`,
    tags: [`Plugin ${owner.id}`],
    summary: route.title,
    description: route.summary,
    ...(route.deprecated === undefined ? {} : { deprecated: true }),
    ...('public' in route.access ? { 'x-public-because': route.access.why } : { 'x-scope': route.access.scope }),
    parameters: [
      ...pathParameters(route.path),
      ...queryParameters(route.query),
      ...(isPublic ? [] : [{ $ref: '#/components/parameters/Workspace' }]),
    ],
    ...(isPublic ? { security: [] } : {}),
    ...(route.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: plain(jsonSchemaOf(route.body, 'input')) } },
          },
        }),
    responses: { [route.reply === undefined ? 'default' : '200']: answer(route.reply), '4XX': PROBLEM, '5XX': PROBLEM },
  };
}

function answer(schema: Posted<'route'>['contribution']['reply']): Json {
  if (schema === undefined) return { description: 'What the plugin answers.' };
  return {
    description: 'Its answer.',
    content: { 'application/json': { schema: plain(jsonSchemaOf(schema, 'output')) } },
  };
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters(schema: Posted<'route'>['contribution']['query']): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = jsonSchemaOf(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, one]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema: one,
  }));
}

function plain(schema: object): Json {
  const { $schema: _, ...rest } = schema as Json;
  return rest;
}
