import { z } from 'zod';
import { actorName } from '../../access/actor.ts';
import { isRecord } from '../../language/values/is-record.ts';
import { credentialInText } from '../../secrets/credential-in-text.ts';
import type { VariableEntry } from '../../secrets/variables/variable-store.ts';
import type { ApiServices } from '../api-services.ts';
import { defineRoute, type Route } from '../route.ts';
import { listOf, page } from './schemas.ts';
import { environmentQuery, named, placeAt, refAt, SECRET_LEVELS, type SecretLevel } from './secret-level.ts';

const tag = 'Variables';
const time = z.iso.datetime();
const values = z.record(z.string(), z.unknown()).describe('Key → any JSON: `VARS.<name>.<key>`.');
const variable = z.object({
  id: z.string(),
  name: z.string(),
  environment: z.string(),
  level: z.enum(['workspace', 'organization']),
  description: z.string(),
  values,
  createdAt: time,
  updatedAt: time,
  updatedBy: z.string(),
});
const saved = variable.extend({
  warnings: z.array(z.string()).describe('What looks like a credential: everybody who sees variables sees it.'),
});
const description = z.string().max(1000).optional();
const query = z.object(environmentQuery);

/** Keep variables, of a workspace and of its organisation. */
export function variableRoutes(services: Pick<ApiServices, 'secretServices'>): Route[] {
  return SECRET_LEVELS.flatMap((level) => [...readRoutes(services, level), ...writeRoutes(services, level)]);
}

function readRoutes(services: Pick<ApiServices, 'secretServices'>, level: SecretLevel): Route[] {
  const store = () => services.secretServices.variables;
  const access = { scope: 'variable:read', in: level.in } as const;
  return [
    defineRoute({
      method: 'get',
      path: `${level.prefix}/variables`,
      access,
      tag,
      summary: `List the variables${level.words}`,
      query: z.object({ ...page, environment: z.string().optional() }),
      answers: { 200: { description: 'A page of variables, newest first.', schema: listOf(variable) } },
      handle: async ({ query, caller }) => ({ body: await store().list(placeAt(level, caller), query) }),
    }),
    defineRoute({
      method: 'get',
      path: `${level.prefix}/variables/:name`,
      access,
      tag,
      summary: `Read a variable${level.words}`,
      params: named,
      query,
      answers: { 200: { description: 'The variable with its values.', schema: variable } },
      handle: async ({ params, query, caller }) => ({
        body: await store().get(refAt(level, caller, { ...params, ...query })),
      }),
    }),
  ];
}

function writeRoutes(services: Pick<ApiServices, 'secretServices'>, level: SecretLevel): Route[] {
  const path = `${level.prefix}/variables/:name`;
  const store = () => services.secretServices.variables;
  const access = { scope: 'variable:write', in: level.in } as const;
  const answers = { 200: { description: 'As it is now.', schema: saved } };
  return [
    defineRoute({
      method: 'put',
      path,
      access,
      tag,
      summary: `Set all keys of a variable${level.words}, which need not be there`,
      params: named,
      query,
      body: z.strictObject({ values, description }),
      answers,
      handle: async ({ params, query, body: { values, description }, caller }) => {
        const change = { values, by: actorName(caller.actor), ...(description !== undefined && { description }) };
        return { body: warned(await store().set(refAt(level, caller, { ...params, ...query }), change)) };
      },
    }),
    defineRoute({
      method: 'patch',
      path,
      access,
      tag,
      summary: `Set single keys of a variable${level.words}, which need not be there; \`remove\` takes some away`,
      params: named,
      query,
      body: z.strictObject({ values: values.default({}), remove: z.array(z.string()).default([]), description }),
      answers,
      handle: async ({ params, query, body: { values, remove, description }, caller }) => {
        const patch = new Map([...Object.entries(values), ...remove.map((key) => [key, undefined] as const)]);
        const change = { patch, by: actorName(caller.actor), ...(description !== undefined && { description }) };
        return { body: warned(await store().set(refAt(level, caller, { ...params, ...query }), change)) };
      },
    }),
    defineRoute({
      method: 'delete',
      path,
      access,
      tag,
      summary: `Delete a variable${level.words}`,
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

function warned(entry: VariableEntry): VariableEntry & { readonly warnings: readonly string[] } {
  const warnings = Object.entries(entry.values).flatMap(([key, value]) => {
    const what = credentialIn(value);
    return what === undefined ? [] : [`\`${key}\` looks like ${what}: keep it as a secret, where nobody can read it.`];
  });
  return { ...entry, warnings };
}

function credentialIn(value: unknown): string | undefined {
  if (typeof value === 'string') return credentialInText(value)?.what;
  const members = Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : [];
  return members.map(credentialIn).find((what) => what !== undefined);
}
