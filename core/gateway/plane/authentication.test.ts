import { defineGatewayPolicy, type PolicyIdentity, type PolicyReply } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { route, startGateway, startUpstream, toUpstream, upstream, use } from '../gateway.fixture.ts';
import type { RouteModel } from '../model/route-model.ts';

const words = { title: 'T', summary: 'S', config: z.object({}) };

/** Knows whoever says its name in the header `x-key`, and refuses `x-key: bad-NAME`. */
const scheme = (name: string, refusal: PolicyReply = { status: 401, body: `${name} refuses` }) =>
  defineGatewayPolicy({
    ...words,
    name,
    phases: ['authenticate'],
    onFailure: 'closed',
    create: ({ use: { scheme: label = '' } }) => ({
      async authenticate(exchange) {
        const key = exchange.request.headers.get('x-key');
        if (key === `bad-${name}` || key === 'bad-all') return refusal;
        if (key === name)
          exchange.identity = { subject: name, scheme: label, scopes: [], claims: {} } as PolicyIdentity;
        return undefined;
      },
    }),
  });

const judge = defineGatewayPolicy({
  ...words,
  name: 'judge',
  phases: ['authorize', 'responseHeaders'],
  onFailure: 'closed',
  create: () => ({
    authorize: ({ identity }) => (identity?.subject === 'b' ? { status: 403 } : undefined),
    responseHeaders({ identity, response }) {
      response.headers.set('x-who', identity?.scheme ?? 'nobody');
      return undefined;
    },
  }),
});

const schemes = ['a', 'b'].map((name) => ({ ...use(name), scheme: name.toUpperCase() }));

async function ask(mode: 'required' | 'optional' | 'none', init: RequestInit = {}, more: Partial<RouteModel> = {}) {
  await using up = await startUpstream((_request, response) => response.end('fine'));
  const it = route('it', '/', {
    authenticate: { mode, schemes: mode === 'none' ? [] : schemes },
    policies: [use('judge')],
    ...more,
  });
  await using gateway = await startGateway({ routes: [it], upstreams: [upstream('up', [up.port])] }, [
    scheme('a'),
    scheme('b'),
    judge,
  ]);
  const answer = await fetch(gateway.url, init);
  return { status: answer.status, who: answer.headers.get('x-who'), text: await answer.text(), seen: up.seen };
}

const key = (value: string) => ({ headers: { 'x-key': value } });

test('the first scheme that knows the caller says who it is', async () => {
  expect(await ask('required', key('a'))).toMatchObject({ status: 200, who: 'A' });
});

test('a scheme that knows the caller is believed although another one comes before it', async () => {
  expect(await ask('required', key('b'))).toMatchObject({ status: 403, who: 'B' });
});

test('a caller whom nobody knows is refused with GATEWAY_UNAUTHENTICATED', async () => {
  const { status, text, seen } = await ask('required');
  expect([status, JSON.parse(text).code, seen]).toEqual([401, 'GATEWAY_UNAUTHENTICATED', []]);
});

test('of several refusals the last one is given', async () => {
  expect(await ask('required', key('bad-all'))).toMatchObject({ status: 401, text: 'b refuses' });
});

test('where a caller is optional, one without a credential is let in and one with a bad one is not', async () => {
  expect(await ask('optional')).toMatchObject({ status: 200, who: 'nobody' });
  expect(await ask('optional', key('bad-a'))).toMatchObject({ status: 401, text: 'a refuses' });
});

test('a preflight is not asked who it is, other OPTIONS are', async () => {
  const headers = { 'access-control-request-method': 'GET' };
  expect(await ask('required', { method: 'OPTIONS', headers })).toMatchObject({ status: 200, who: 'nobody' });
  expect(await ask('required', { method: 'OPTIONS' })).toMatchObject({ status: 401 });
});

test('a preflight does not become another method on its way, since nobody has asked who it is', async () => {
  const headers = { 'access-control-request-method': 'POST' };
  const { seen } = await ask('required', { method: 'OPTIONS', headers }, { to: { ...toUpstream(), method: 'POST' } });
  expect(seen.map(({ method }) => method)).toEqual(['OPTIONS']);
});
