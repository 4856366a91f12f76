import { randomUUID } from 'node:crypto';

type Json = Readonly<Record<string, any>>;

/** One address of the OpenAPI document. */
export interface ApiOperation {
  readonly method: string;
  /** `/api/runs/{id}`. */
  readonly path: string;
  readonly tag: string;
  /** Names in its path, and those of its query. */
  readonly pathNames: readonly string[];
  readonly queryNames: readonly string[];
  /** `open`: proves itself in another way. `self`: whoever has signed in. */
  readonly scope: string;
  readonly scopeIn: string;
  readonly isStream: boolean;
  readonly body: Json | undefined;
}

/** Every address that a host tells of, plugins' own included. */
export function operationsOf(document: Json): ApiOperation[] {
  return Object.entries(document['paths'] as Json).flatMap(([path, methods]) =>
    Object.entries(methods as Json).map(([method, operation]): ApiOperation => {
      const named = (place: string): string[] =>
        ((operation['parameters'] ?? []) as Json[]).filter((one) => one['in'] === place).map((one) => one['name']);
      const isOpen = operation['security'] !== undefined;
      return {
        method: method.toUpperCase(),
        path,
        tag: operation['tags']?.[0],
        pathNames: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!),
        queryNames: named('query'),
        scope: isOpen ? 'open' : (operation['x-backplane-scope'] ?? operation['x-scope'] ?? 'self'),
        scopeIn: operation['x-backplane-scope-in'] ?? 'workspace',
        isStream: JSON.stringify(operation['responses']).includes('text/event-stream'),
        body: operation['requestBody']?.content?.['application/json']?.schema,
      };
    }),
  );
}

export const titleOf = ({ method, path }: Pick<ApiOperation, 'method' | 'path'>) => `${method} ${path}`;

/** Bodies that a schema alone does not tell. A route whose body is refused belongs here. */
const BODIES: Readonly<Record<string, unknown>> = {
  'POST /api/workflows/{id}/runs': { input: null },
  'POST /api/runs/bulk': { action: 'cancel', ids: [randomUUID()] },
  'POST /api/schedules/preview': { spec: { every: '1h' } },
  'POST /api/schedules/{id}/backfill': { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' },
  'PUT /api/members': { user: randomUUID(), role: 'viewer' },
  'PUT /api/organizations/{organization}/members': { user: randomUUID(), role: 'organization-member' },
  'POST /api/api-keys': { user: randomUUID(), name: 'a key' },
};
/** Queries without which an address takes no request. */
const NEEDED_QUERIES: Readonly<Record<string, string>> = {
  'GET /api/access/explain': '?scope=run:read',
  'GET /api/api-keys': `?user=${randomUUID()}`,
};

/** A request that the route's own schemas take, for objects that do not exist unless `params` names some. */
export function validRequest(
  operation: ApiOperation,
  params: Readonly<Record<string, string>> = {},
): { readonly path: string; readonly body?: unknown } {
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name) => params[name] ?? randomUUID());
  const body = BODIES[titleOf(operation)] ?? (operation.body && sample(operation.body));
  return {
    path: `${path}${NEEDED_QUERIES[titleOf(operation)] ?? ''}`,
    ...(body !== undefined && operation.method !== 'GET' && { body }),
  };
}

/** The least that a schema takes. */
function sample(schema: Json): unknown {
  if (schema['const'] !== undefined) return schema['const'];
  if (schema['enum'] !== undefined) return schema['enum'][0];
  const [choice] = schema['anyOf'] ?? schema['oneOf'] ?? [];
  if (choice !== undefined) return sample(choice);
  const type = Array.isArray(schema['type']) ? schema['type'][0] : schema['type'];
  if (type === 'object') {
    const required: readonly string[] = schema['required'] ?? [];
    return Object.fromEntries(required.map((name) => [name, sample(schema['properties'][name])]));
  }
  if (type === 'array') return Array.from({ length: schema['minItems'] ?? 0 }, () => sample(schema['items']));
  if (type === 'integer' || type === 'number') return Math.max(1, schema['minimum'] ?? 1);
  if (type === 'boolean') return false;
  if (type !== 'string') return {};
  if (schema['format'] === 'date-time') return '2026-01-01T00:00:00Z';
  if (schema['format'] === 'uuid') return randomUUID();
  if (schema['format'] === 'email') return 'somebody@example.com';
  if (schema['format'] === 'uri') return 'https://example.com/';
  return 'x'.repeat(Math.max(1, schema['minLength'] ?? 1));
}
