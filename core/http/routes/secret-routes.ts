import { z } from 'zod';
import { actorName } from '../../access/actor.ts';
import { SECRET_TYPES } from '../../secrets/material/secret-facts.ts';
import { DEFAULT_ENVIRONMENT } from '../../secrets/secret-place.ts';
import type { ApiServices } from '../api-services.ts';
import { defineRoute, type Route } from '../route.ts';
import { listOf, page } from './schemas.ts';
import { environmentQuery, named, placeAt, refAt, SECRET_LEVELS, type SecretLevel } from './secret-level.ts';

const tag = 'Secrets';
const time = z.iso.datetime();
const facts = {
  keys: z.array(z.string()),
  publicKey: z.string().optional(),
  fingerprint: z.string().optional(),
  subject: z.string().optional(),
  issuer: z.string().optional(),
  expiresAt: time.optional(),
};
const secret = z.object({
  id: z.string(),
  name: z.string(),
  environment: z.string(),
  level: z.enum(['workspace', 'organization']),
  type: z.enum(SECRET_TYPES),
  description: z.string(),
  version: z.int(),
  ...facts,
  createdAt: time,
  createdBy: z.string(),
  updatedAt: time,
  updatedBy: z.string(),
  lastUsedAt: time.optional().describe('To within some minutes.'),
  warning: z.string().optional(),
});
const version = z.object({
  version: z.int(),
  current: z.boolean(),
  backup: z.literal('previous').optional(),
  ...facts,
  createdAt: time,
  createdBy: z.string(),
});
const values = z.record(z.string(), z.string()).describe('Key → value. Values never come back out.');
const description = z.string().max(1000).optional();
const query = z.object(environmentQuery);
const one = (description: string) => ({ 200: { description, schema: secret } });

/** Keep secrets, of a workspace and of its organisation. No answer ever holds a value. */
export function secretRoutes(services: Pick<ApiServices, 'secretServices'>): Route[] {
  return [
    ...SECRET_LEVELS.flatMap((level) => [...storedRoutes(services, level), ...versionRoutes(services, level)]),
    testRoute(services),
  ];
}

function storedRoutes(services: Pick<ApiServices, 'secretServices'>, level: SecretLevel): Route[] {
  const base = `${level.prefix}/secrets`;
  const access = (scope: 'secret:read' | 'secret:create' | 'secret:update' | 'secret:delete') => {
    return { scope, in: level.in } as const;
  };
  const store = () => services.secretServices.store;
  return [
    defineRoute({
      method: 'get',
      path: base,
      access: access('secret:read'),
      tag,
      summary: `List the secrets${level.words}: names, keys and dates, never values`,
      query: z.object({ ...page, environment: z.string().optional() }),
      answers: { 200: { description: 'A page of secrets, newest first.', schema: listOf(secret) } },
      handle: async ({ query, caller }) => ({ body: await store().list(placeAt(level, caller), query) }),
    }),
    defineRoute({
      method: 'post',
      path: base,
      access: access('secret:create'),
      tag,
      summary: `Create a secret${level.words}`,
      body: z.strictObject({
        name: z.string(),
        environment: z.string().default(DEFAULT_ENVIRONMENT),
        type: z.enum(SECRET_TYPES).default('keys'),
        description,
        values,
      }),
      answers: { 201: { description: 'Stored, encrypted.', schema: secret } },
      handle: async ({ body, caller }) => {
        const { type, description, values } = body;
        const created = await store().create({
          ...refAt(level, caller, body),
          type,
          values,
          ...(description !== undefined && { description }),
          by: actorName(caller.actor),
        });
        return { status: 201, body: created };
      },
    }),
    defineRoute({
      method: 'get',
      path: `${base}/:name`,
      access: access('secret:read'),
      tag,
      summary: `Read what a secret${level.words} is, never its values`,
      params: named,
      query,
      answers: one('The secret.'),
      handle: async ({ params, query, caller }) => ({
        body: await store().get(refAt(level, caller, { ...params, ...query })),
      }),
    }),
    defineRoute({
      method: 'patch',
      path: `${base}/:name`,
      access: access('secret:update'),
      tag,
      summary: `Set single keys of a secret${level.words}, or its description; null takes a key away`,
      params: named,
      query,
      body: z.strictObject({
        values: z.record(z.string(), z.string().nullable()).optional(),
        description,
        expectedVersion: z.int().optional().describe('Guards against overwriting what somebody else has changed.'),
      }),
      answers: one('As it is now; new values are a new version.'),
      handle: async ({ params, query, body, caller }) => {
        const { values: patch, description, expectedVersion } = body;
        const change = {
          by: actorName(caller.actor),
          ...(patch !== undefined && { patch }),
          ...(description !== undefined && { description }),
          ...(expectedVersion !== undefined && { expectedVersion }),
        };
        return { body: await store().change(refAt(level, caller, { ...params, ...query }), change) };
      },
    }),
    defineRoute({
      method: 'delete',
      path: `${base}/:name`,
      access: access('secret:delete'),
      tag,
      summary: `Delete a secret${level.words} with all its versions`,
      params: named,
      query,
      answers: { 204: { description: 'Deleted.' } },
      handle: async ({ params, query, caller }) => {
        await store().delete(refAt(level, caller, { ...params, ...query }));
        return { status: 204 };
      },
    }),
  ];
}

function versionRoutes(services: Pick<ApiServices, 'secretServices'>, level: SecretLevel): Route[] {
  const base = `${level.prefix}/secrets/:name`;
  const store = () => services.secretServices.store;
  const access = { scope: 'secret:update', in: level.in } as const;
  return [
    defineRoute({
      method: 'post',
      path: `${base}/rotate`,
      access,
      tag,
      summary: `Replace all values of a secret${level.words}; those before stay as the backup \`previous\``,
      params: named,
      query,
      body: z.strictObject({ values, expectedVersion: z.int().optional() }),
      answers: one('As it is now.'),
      handle: async ({ params, query, body: { values, expectedVersion }, caller }) => {
        const guard = expectedVersion === undefined ? {} : { expectedVersion };
        const change = { values, by: actorName(caller.actor), ...guard };
        return { body: await store().change(refAt(level, caller, { ...params, ...query }), change) };
      },
    }),
    defineRoute({
      method: 'get',
      path: `${base}/versions`,
      access: { scope: 'secret:read', in: level.in },
      tag,
      summary: `List the versions of a secret${level.words}`,
      params: named,
      query,
      answers: { 200: { description: 'Those that are kept, newest first.', schema: listOf(version) } },
      handle: async ({ params, query, caller }) => ({
        body: { items: await store().versions(refAt(level, caller, { ...params, ...query })) },
      }),
    }),
    defineRoute({
      method: 'post',
      path: `${base}/restore`,
      access,
      tag,
      summary: `Go back to the values of an earlier version of a secret${level.words}`,
      params: named,
      query,
      body: z.strictObject({ version: z.union([z.literal('previous'), z.int().min(1)]).default('previous') }),
      answers: one('As it is now: the old values as a new version.'),
      handle: async ({ params, query, body, caller }) => {
        const ref = refAt(level, caller, { ...params, ...query });
        return { body: await store().restore(ref, body.version, actorName(caller.actor)) };
      },
    }),
  ];
}

function testRoute(services: Pick<ApiServices, 'secretServices'>): Route {
  return defineRoute({
    method: 'post',
    path: '/secrets/test',
    access: { scope: 'secret:read' },
    tag,
    summary: 'Say whether a run would find a secret with these keys, and where',
    body: z.strictObject({
      name: z.string().min(1).max(200),
      keys: z.array(z.string()).default([]),
      environment: z.string().default(DEFAULT_ENVIRONMENT),
    }),
    answers: {
      200: {
        description: '`from`: workspace, organization, config or a store.',
        schema: z.object({ present: z.boolean(), missing: z.array(z.string()), from: z.string().optional() }),
      },
    },
    handle: async ({ body: { name, keys, environment }, caller }) => {
      const found = await services.secretServices.locate(name, environment, caller.place.workspace);
      const missing = keys.filter((key) => found === undefined || !Object.hasOwn(found.values, key));
      const present = found !== undefined && missing.length === 0;
      return { body: { present, missing, ...(found !== undefined && { from: found.from }) } };
    },
  });
}
