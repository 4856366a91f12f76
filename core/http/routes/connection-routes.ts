import { z } from 'zod';
import { accountRef } from '../../access/account-ref.ts';
import { actorName } from '../../access/actor.ts';
import { raise } from '../../errors/catalogue.ts';
import type { ConnectionRecord, HeldConnection } from '../../secrets/oauth/connection-record.ts';
import { recordOf } from '../../secrets/oauth/connection-store.ts';
import { DEFAULT_ENVIRONMENT, ENVIRONMENT_NAME } from '../../secrets/secret-place.ts';
import type { ApiServices } from '../api-services.ts';
import type { Caller } from '../caller.ts';
import { connection, provider, shownConnection } from '../connections/connection-schemas.ts';
import { sendOff } from '../connections/consent-pages.ts';
import { defineRoute, type Route } from '../route.ts';

const tag = 'Connections';
const params = z.object({ id: z.string().describe('Connection id.') });
const environment = z
  .string()
  .regex(ENVIRONMENT_NAME, 'may hold lower-case letters, digits, - and _, at most 63')
  .default(DEFAULT_ENVIRONMENT);
/** A path of this host; whatever else a browser takes it for leads elsewhere. */
const returnTo = z
  .string()
  .max(2_000)
  .regex(/^\/(?![/\\])[^\\\s]*$/, 'must be a path of this host')
  .optional();
const one = { 200: { description: 'The connection.', schema: connection } };

type Services = Pick<ApiServices, 'connections' | 'connectLinks'>;

/** Services that Backplane is connected to by OAuth. */
export function connectionRoutes(services: Services): Route[] {
  return [...providerRoutes(services), ...storedRoutes(services), ...consentRoutes(services)];
}

function providerRoutes(services: Services): Route[] {
  const { connections, connectLinks } = services;
  return [
    defineRoute({
      method: 'get',
      path: '/integrations/providers',
      access: { scope: 'connection:read' },
      tag,
      summary: 'List the services that Backplane can be connected to',
      answers: { 200: { description: 'By name.', schema: z.object({ items: z.array(provider) }) } },
      handle: async () => ({
        body: {
          items: connections.providers.all().map((spec) => ({
            id: spec.name,
            title: spec.title,
            summary: spec.summary,
            docsUrl: spec.docsUrl,
            grants: spec.grants,
            settings: spec.settings ?? {},
            scopes: { known: spec.scopes.known, default: spec.scopes.default },
            sendTokenTo: spec.sendTokenTo,
            ready: connections.providers.hasClient(spec.name),
            redirectUri: connectLinks.redirectUri(),
          })),
        },
      }),
    }),
    defineRoute({
      method: 'get',
      path: '/integrations/providers/:provider/authorize',
      access: { scope: 'connection:write' },
      tag,
      summary: 'Send this browser to the provider, to connect an account there',
      params: z.object({ provider: z.string() }),
      query: z.object({ environment, return_to: returnTo }),
      answers: { 302: { description: 'To the provider.' } },
      handle: async ({ params: { provider: name }, query, caller, response }) => {
        const actor = actorName(caller.actor);
        const key = keyOf(caller, { provider: name, environment: query.environment, owner: 'user' });
        const held = await connections.configure(key, {}, actor);
        const url = await sendOff(services, held, { actor, returnTo: query.return_to }, response);
        return { status: 302, headers: { Location: url } };
      },
    }),
  ];
}

function storedRoutes({ connections }: Services): Route[] {
  const shown = (record: ConnectionRecord) => shownConnection(record, defaultsOf(connections, record));
  const find = ({ place }: Caller, id: string) => connections.get(place.workspace, id);
  return [
    defineRoute({
      method: 'get',
      path: '/connections',
      access: { scope: 'connection:read' },
      tag,
      summary: 'List the connections of the workspace',
      answers: { 200: { description: 'By provider.', schema: z.object({ items: z.array(connection) }) } },
      handle: async ({ caller }) => ({
        body: { items: (await connections.list(caller.place.workspace)).map(shown) },
      }),
    }),
    defineRoute({
      method: 'put',
      path: '/connections',
      access: { scope: 'connection:write' },
      tag,
      summary: 'Say as what application, with which settings and scopes a service is connected; what is left out stays',
      body: z.strictObject({
        provider: z.string(),
        environment,
        owner: z.enum(['user', 'service']).default('user'),
        settings: z.record(z.string(), z.string().max(255)).optional(),
        scopes: z.array(z.string().min(1).max(300)).max(100).nullish().describe('null: those of the provider.'),
        clientId: z.string().min(1).max(1_000).optional(),
        clientSecret: z.string().min(1).max(20_000).optional().describe('Or a private key, PEM. Never shown again.'),
      }),
      answers: one,
      handle: async ({ body, caller }) => {
        const { settings, scopes, clientId, clientSecret } = body;
        if (clientId === undefined && clientSecret !== undefined)
          throw raise.HTTP_INVALID_REQUEST({ problems: ['body.clientSecret: comes with its clientId'] });
        const client =
          clientId === undefined
            ? undefined
            : { id: clientId, ...(clientSecret !== undefined && { secret: clientSecret }) };
        const held = await connections.configure(
          keyOf(caller, body),
          {
            ...(settings !== undefined && { settings }),
            ...(scopes !== undefined && { scopes }),
            ...(client !== undefined && { client }),
          },
          actorName(caller.actor),
        );
        return { body: shown(recordOf(held)) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/connections/:id',
      access: { scope: 'connection:read' },
      tag,
      summary: 'Read a connection',
      params,
      answers: one,
      handle: async ({ params: { id }, caller }) => ({ body: shown(recordOf(await find(caller, id))) }),
    }),
    defineRoute({
      method: 'post',
      path: '/connections/:id/refresh',
      access: { scope: 'connection:write' },
      tag,
      summary: 'Get a new token now, which also tells whether the connection works',
      params,
      answers: one,
      handle: async ({ params: { id }, caller }) => ({
        body: shown(recordOf(await connections.refresh(caller.place.workspace, id))),
      }),
    }),
    defineRoute({
      method: 'delete',
      path: '/connections/:id',
      access: { scope: 'connection:write' },
      tag,
      summary: 'Revoke a connection at its provider and forget it',
      params,
      answers: {
        200: {
          description: 'It is forgotten.',
          schema: z.object({ revoked: z.boolean().describe('False: end it at the provider as well.') }),
        },
      },
      handle: async ({ params: { id }, caller }) => ({ body: await connections.delete(caller.place.workspace, id) }),
    }),
  ];
}

function consentRoutes({ connections, connectLinks }: Services): Route[] {
  const find = ({ place }: Caller, id: string) => connections.get(place.workspace, id);
  return [
    defineRoute({
      method: 'post',
      path: '/connections/:id/link',
      access: { scope: 'connection:write' },
      tag,
      summary: 'Make a link, good for ten minutes, by which a browser connects an account',
      params,
      body: z.strictObject({ returnTo }),
      answers: { 200: { description: 'To be opened by whoever has the account.', schema: z.object({ url: z.url() }) } },
      handle: async ({ params: { id }, body, caller }) => {
        const held = await find(caller, id);
        // Before anybody follows it: what is missing is said to whoever asked.
        connections.providers.footing(held);
        const issuer = accountRef(caller.actor, caller.place);
        const asked = { workspace: held.workspace, connection: held.id, actor: actorName(caller.actor) };
        const ticket = { ...asked, ...(issuer !== undefined && { issuer }) };
        const { returnTo: back } = body;
        const url = connectLinks.issue({ ...ticket, ...(back !== undefined && { returnTo: back }) }, Date.now());
        return { body: { url }, headers: { 'Cache-Control': 'no-store' } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/connections/:id/device',
      access: { scope: 'connection:write' },
      tag,
      summary: 'Get a code that somebody types at the provider, on any device',
      params,
      answers: {
        200: {
          description: 'The code, and what to ask with whether it was typed.',
          schema: z.object({
            userCode: z.string(),
            verificationUri: z.string(),
            verificationUriComplete: z.string().optional(),
            expiresInMs: z.number(),
            everyMs: z.number(),
            deviceCode: z.string(),
          }),
        },
      },
      handle: async ({ params: { id }, caller }) => ({
        body: await connections.beginDevice(await find(caller, id)),
        headers: { 'Cache-Control': 'no-store' },
      }),
    }),
    defineRoute({
      method: 'post',
      path: '/connections/:id/device/poll',
      access: { scope: 'connection:write' },
      tag,
      summary: 'Ask once whether the code was typed',
      params,
      body: z.strictObject({ deviceCode: z.string().min(1).max(4_000) }),
      answers: {
        200: {
          description: 'Whether it is connected now.',
          schema: z.object({ status: z.enum(['waiting', 'connected']), slower: z.boolean().optional() }),
        },
      },
      handle: async ({ params: { id }, body, caller }) => {
        const answer = await connections.pollDevice(await find(caller, id), body.deviceCode);
        return {
          body: 'connection' in answer ? { status: 'connected' } : { status: 'waiting', slower: answer.slower },
        };
      },
    }),
  ];
}

function keyOf({ place }: Caller, key: Pick<ConnectionRecord, 'provider' | 'environment' | 'owner'>) {
  const { provider: name, environment: where, owner } = key;
  return { workspace: place.workspace, provider: name, environment: where, owner };
}

/** The plugin of a provider may be gone. */
function defaultsOf(
  { providers }: ApiServices['connections'],
  { provider: name, owner }: Pick<HeldConnection, 'provider' | 'owner'>,
) {
  const spec = providers.all().find((known) => known.name === name);
  if (spec === undefined) return [];
  return owner === 'service' ? (spec.scopes.service ?? spec.scopes.default) : spec.scopes.default;
}
