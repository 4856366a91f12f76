import type { PolicyReply } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { exchangeRaw } from '../attacks/raw.fixture.ts';
import { use } from '../gateway.fixture.ts';
import { codeOf, policy, serving } from './serving.fixture.ts';

test('phases come in their order, whatever the order of the policies; policies in theirs within a phase', async () => {
  const seen: string[] = [];
  const watch = (name: string) => {
    const note = (phase: string) => () => void seen.push(`${phase} ${name}`);
    return policy(name, {
      request: note('request') as never,
      route: note('route') as never,
      admit: note('admit') as never,
      authorize: note('authorize') as never,
      rewrite: note('rewrite') as never,
      cache: note('cache') as never,
      upstream: note('upstream'),
      attempt(_x, next) {
        note('attempt')();
        return next();
      },
      responseHeaders: note('responseHeaders') as never,
      log: note('log'),
    });
  };
  await using it = await serving([watch('b'), watch('a')]);
  await (await fetch(it.url)).text();
  await expect.poll(() => seen.length).toBe(20);
  expect(seen).toEqual([
    ...['request', 'route', 'admit', 'authorize', 'rewrite', 'cache', 'upstream', 'attempt'].flatMap((phase) => [
      `${phase} b`,
      `${phase} a`,
    ]),
    ...['responseHeaders a', 'responseHeaders b', 'log b', 'log a'],
  ]);
});

test("the gateway's own policies are around those of the route", async () => {
  const seen: string[] = [];
  const note = (name: string) =>
    policy(name, {
      route: () => void seen.push(name) as never,
      responseHeaders: () => void seen.push(`-${name}`) as never,
    });
  await using it = await serving([note('own'), note('common')], {}, [use('common')]);
  await fetch(it.url);
  expect(seen).toEqual(['common', 'own', '-own', '-common']);
});

test('a policy has one view and one slot over all phases of a request, and another one for the next', async () => {
  const views = new Set<unknown>();
  await using it = await serving([
    policy('slot', {
      route(x) {
        views.add(x);
        x.own = x.own === undefined ? 1 : 2;
        return undefined;
      },
      responseHeaders(x) {
        views.add(x);
        x.response.headers.set('x-own', String(x.own));
        return undefined;
      },
    }),
    policy('other', { rewrite: (x) => void x.upstream.headers.set('x-to-up', String(x.own)) as never }),
  ]);
  const answer = await fetch(it.url);
  expect([answer.headers.get('x-own'), answer.headers.get('x-up')]).toEqual(['1', 'undefined']);
  await fetch(it.url);
  expect(views.size).toBe(2);
});

test('a policy that answers ends the request there, and the response phases still run', async () => {
  await using it = await serving([
    policy('mark', { responseHeaders: (x) => void x.response.headers.set('x-source', x.response.source) as never }),
    policy('stop', { admit: () => ({ status: 418, body: 'no' }) }),
  ]);
  const answer = await fetch(it.url);
  expect([answer.status, await answer.text(), answer.headers.get('x-source'), it.up.seen.length]).toEqual([
    418,
    'no',
    'policy',
    0,
  ]);
});

test('what a cache answers is said to come from it', async () => {
  await using it = await serving([
    policy('mark', { responseHeaders: (x) => void x.response.headers.set('x-source', x.response.source) as never }),
    policy('cached', { cache: async () => ({ status: 200, body: 'kept' }) }),
  ]);
  expect((await fetch(it.url)).headers.get('x-source')).toBe('cache');
});

async function* pieces() {
  yield Buffer.from('a');
  yield Buffer.from('b');
}

test.each<[string, () => PolicyReply, string, string, string | null]>([
  ['text', () => ({ status: 200, body: 'text' }), 'GET', 'text', '4'],
  ['bytes', () => ({ status: 200, body: new Uint8Array([104, 105]) }), 'GET', 'hi', '2'],
  ['a stream', () => ({ status: 200, body: pieces() as never }), 'GET', 'ab', null],
  ['nothing', () => ({ status: 200 }), 'GET', '', '0'],
  ['204', () => ({ status: 204 }), 'GET', '', null],
  ['text for HEAD', () => ({ status: 200, body: 'text' }), 'HEAD', '', '4'],
  ['another length', () => ({ status: 200, headers: { 'Content-Length': '99' }, body: 'x' }), 'GET', 'x', '1'],
])('a policy can answer with %s', async (_name, reply, method, text, length) => {
  await using it = await serving([policy('reply', { route: reply })]);
  const answer = await fetch(it.url, { method });
  expect([await answer.text(), answer.headers.get('content-length')]).toEqual([text, length]);
});

test('an answer that takes the place of another goes on through the policies outside, and not those inside', async () => {
  const seen: string[] = [];
  await using it = await serving([
    policy('outside', {
      responseHeaders: (x) =>
        void x.response.headers.set('x-outside', `${x.response.status} ${x.response.source}`) as never,
      responseBody: (_x, piece) => Buffer.from(String(Buffer.from(piece)).toUpperCase()),
    }),
    policy('replace', { responseHeaders: () => ({ status: 503, body: 'other' }) }),
    policy('inside', {
      responseHeaders: () => void seen.push('headers') as never,
      responseBody(_x, piece) {
        seen.push('body');
        return piece;
      },
    }),
  ]);
  const answer = await fetch(it.url);
  expect([answer.status, await answer.text(), answer.headers.get('x-outside')]).toEqual([503, 'OTHER', '503 policy']);
  expect(seen).toEqual(['headers']);
});

test('a hook for errors answers in place of the error, and sees what it was', async () => {
  await using it = await serving([policy('mind', { error: (_x, { code }) => ({ status: 500, body: code }) })], {
    to: { kind: 'policies' },
  });
  expect(await (await fetch(it.url)).text()).toBe('GATEWAY_NOT_ANSWERED');
});

test('the log hooks are told once, and what they put off runs too', async () => {
  const seen: unknown[] = [];
  await using it = await serving([
    policy('log', {
      log(x, { status, sentBytes }) {
        seen.push([status, sentBytes]);
        x.defer(() => void seen.push('deferred'));
      },
    }),
  ]);
  await (await fetch(it.url)).text();
  await expect.poll(() => seen).toEqual([[200, 4], 'deferred']);
});

test.each([
  [
    'is thrown',
    () => {
      throw new Error('oh');
    },
    'GATEWAY_POLICY_FAILED',
  ],
  ['does not come', () => new Promise<never>(() => undefined), 'GATEWAY_POLICY_TIMEOUT'],
])('a verdict that %s refuses with a code that names the phase', async (_name, hook, code) => {
  await using it = await serving([policy('bad', { admit: hook as never })]);
  const answer = await fetch(it.url);
  expect(await answer.json()).toMatchObject({ status: 500, code, detail: expect.stringContaining('bad') });
});

test('a header that cannot be sent is the fault of the policy that set it', async () => {
  await using it = await serving([
    policy('bad', { rewrite: (x) => void x.upstream.headers.set('x-a', 'b\r\nx-c: d') as never }),
  ]);
  expect(await codeOf(await fetch(it.url))).toBe('GATEWAY_HEADER_INVALID');
});

test('a policy is asked about a connection once, before its first request', async () => {
  const asked: string[] = [];
  const door = policy('door', {
    async connection({ clientAddress }) {
      asked.push(clientAddress);
      return true;
    },
  });
  await using it = await serving([door], {}, [use('door')]);
  const request = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
  const { statuses } = await exchangeRaw(it.gateway.port, request + request);
  expect([statuses, asked]).toEqual([[200, 200], ['127.0.0.1']]);
});

test('a connection that a policy refuses, or is not sure of, is closed', async () => {
  const refuse = policy('refuse', { connection: () => false });
  const fails = policy('fails', { connection: () => Promise.reject(new Error('oh')) });
  for (const door of [refuse, fails]) {
    await using it = await serving([door], {}, [use(door.name)]);
    await expect(fetch(it.url)).rejects.toThrow('fetch failed');
    expect(it.up.seen).toEqual([]);
  }
});

test('a policy about connections cannot stand on a route, nor one ask for callers before they are known', async () => {
  const door = policy('door', { connection: () => true });
  await expect(serving([door])).rejects.toThrow(/GATEWAY_CONFIG_INVALID|decides about connections/);
  const early = policy('early', { admit: () => undefined });
  const when = { caller: 'known' } as const;
  await expect(serving([early], { policies: [{ ...use('early'), when }] })).rejects.toThrow(/nobody knows the caller/);
});
