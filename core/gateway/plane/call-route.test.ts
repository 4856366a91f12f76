import { defineGatewayPolicy, type GatewayRouteAnswer, type GatewayRouteCall } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { route, startGateway, startUpstream, upstream, use } from '../gateway.fixture.ts';

/** Calls a route and answers with what came: its body, or the code of what went wrong. */
const calls = (name: string, call: GatewayRouteCall) =>
  defineGatewayPolicy({
    name,
    title: 'T',
    summary: 'S',
    config: z.object({}),
    phases: ['route'],
    onFailure: 'closed',
    create: () => ({
      async route(exchange) {
        const { status, body, isFromUpstream } = await exchange.call(call);
        return { status, headers: { 'x-from-upstream': String(isFromUpstream) }, body };
      },
    }),
  });

async function ask(...policies: ReturnType<typeof calls>[]) {
  await using up = await startUpstream((request, response) =>
    response.end(`${request.url} ${request.headers['x-a'] ?? ''}`),
  );
  await using gateway = await startGateway(
    {
      routes: [
        ...policies.map(({ name }) =>
          route(name, `/${name}/{id}`, { policies: [use(name)], to: { kind: 'policies' } }),
        ),
        route('other', '/other/{id}', {
          to: {
            kind: 'upstream',
            upstream: 'up',
            path: { kind: 'native', template: '/v2/{id}' },
            host: 'upstream',
            forwarded: true,
          },
        }),
        route('empty', '/empty', { to: { kind: 'policies' } }),
      ],
      upstreams: [upstream('up', [up.port])],
    },
    policies,
  );
  const answer = await fetch(`${gateway.url}/first/7?q=1`);
  const text = await answer.text();
  return {
    status: answer.status,
    text,
    code: /"code":"(\w+)"/.exec(text)?.[1],
    isFromUpstream: answer.headers.get('x-from-upstream'),
  };
}

test('a policy that calls a route gets the answer of its service, with parameters of its own', async () => {
  const first = calls('first', { route: 'other', params: { id: '8' }, headers: { 'x-a': 'b', 'content-length': '5' } });
  expect(await ask(first)).toMatchObject({ status: 200, text: '/v2/8?q=1 b', isFromUpstream: 'true' });
});

test('without parameters those of the caller stand, or those that the given path has', async () => {
  expect((await ask(calls('first', { route: 'other' }))).text).toBe('/v2/7?q=1 ');
  expect((await ask(calls('first', { route: 'other', url: '/other/9' }))).text).toBe('/v2/9 ');
});

test('an error of the other route is an answer', async () => {
  expect(await ask(calls('first', { route: 'empty' }))).toMatchObject({
    status: 500,
    code: 'GATEWAY_NOT_ANSWERED',
    isFromUpstream: 'false',
  });
});

test.each([
  ['a route that does not exist', { route: 'nowhere' }, 'GATEWAY_CALL_UNKNOWN'],
  ['itself', { route: 'first' }, 'GATEWAY_CALL_CIRCLE'],
  ['one that answers more than it takes', { route: 'other', maxBytes: 3 }, 'GATEWAY_CALL_TOO_LARGE'],
])('a policy that calls %s is told', async (_name, call, code) => {
  expect(await ask(calls('first', call))).toMatchObject({ code });
});

test('routes that call each other in a circle come to an end', async () => {
  expect(await ask(calls('first', { route: 'second' }), calls('second', { route: 'first' }))).toMatchObject({
    code: 'GATEWAY_CALL_CIRCLE',
  });
});

test('a call that was put off until the answer is out runs, whether the caller stays or hangs up', async () => {
  const told = Promise.withResolvers<GatewayRouteAnswer>();
  const after = defineGatewayPolicy({
    name: 'after',
    title: 'T',
    summary: 'S',
    config: z.object({}),
    phases: ['route'],
    onFailure: 'closed',
    create: () => ({
      route(exchange) {
        exchange.defer(() => exchange.call({ route: 'other' }).then(told.resolve, told.reject));
        return { status: 204 };
      },
    }),
  });
  await using up = await startUpstream((_request, response) => setTimeout(() => response.end('late'), 50));
  await using gateway = await startGateway(
    {
      routes: [
        route('first', '/first', { policies: [use('after')], to: { kind: 'policies' } }),
        route('other', '/other'),
      ],
      upstreams: [upstream('up', [up.port])],
    },
    [after],
  );
  const answer = await fetch(`${gateway.url}/first`, { headers: { connection: 'close' } });
  expect(answer.status).toBe(204);
  expect(await told.promise).toMatchObject({ status: 200, isFromUpstream: true });
});
