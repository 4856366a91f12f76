import type { Place } from '../model/place.ts';
import type { PolicyUse } from '../model/policy-use.ts';
import type { AuthenticationUse, Destination, RouteModel } from '../model/route-model.ts';
import type { AuthenticateEntry, NativeRoute } from './gateway-file-schema.ts';
import { translateFields, translatePolicies } from './translate-policies.ts';

export interface RouteSurroundings {
  readonly place: Place;
  placeOfPolicy(at: number): Place;
  readonly schemes: ReadonlyMap<string, PolicyUse>;
  /** For routes that do not say. */
  readonly authenticate: AuthenticateEntry | undefined;
  /** Told a scheme that does not exist. */
  unknownScheme(name: string): void;
}

export function translateRoute(id: string, entry: NativeRoute, around: RouteSurroundings): RouteModel {
  const { timeout, maxBodyBytes } = entry;
  return {
    id,
    place: around.place,
    compat: 'native',
    match: {
      path: { kind: 'native', pattern: entry.path, caseSensitive: entry.caseSensitive },
      methods: entry.methods,
      hosts: entry.hosts.map((host) => host.toLowerCase()),
      headers: translateFields(entry.headers),
      query: translateFields(entry.query),
      priority: entry.priority,
    },
    authenticate: translateAuthenticate(entry.authenticate ?? around.authenticate, around),
    policies: translatePolicies(entry.policies, id, around.placeOfPolicy),
    to: destination(entry),
    metadata: entry.metadata,
    tags: entry.tags,
    ...(timeout !== undefined && { timeoutMs: timeout }),
    ...(maxBodyBytes !== undefined && { maxBodyBytes }),
  };
}

function destination({ to, rewrite, method, host, forwarded }: NativeRoute): Destination {
  if (to === undefined) return { kind: 'policies' };
  return {
    kind: 'upstream',
    upstream: to,
    path: rewrite === undefined ? { kind: 'keep' } : { kind: 'native', template: rewrite },
    host: host === 'upstream' || host === 'caller' ? host : { value: host },
    forwarded,
    ...(method !== undefined && { method }),
  };
}

function translateAuthenticate(entry: AuthenticateEntry | undefined, around: RouteSurroundings): AuthenticationUse {
  if (entry === undefined || entry === 'none' || (Array.isArray(entry) && entry.length === 0))
    return { mode: 'none', schemes: [] };
  const { schemes: names, optional } = Array.isArray(entry) ? { schemes: entry, optional: false } : entry;
  const schemes = names.flatMap((name) => {
    const scheme = around.schemes.get(name);
    if (scheme === undefined) around.unknownScheme(name);
    return scheme ?? [];
  });
  return { mode: optional ? 'optional' : 'required', schemes };
}

/** `GET /api/orders/{id}` → `get-api-orders-id`. */
export function routeIdOf({ methods, path, hosts }: NativeRoute): string {
  const text = [...hosts, ...methods, path]
    .join('-')
    .toLowerCase()
    .replaceAll('*', 'any')
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return text === '' ? 'root' : text;
}
