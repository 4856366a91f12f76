import {
  defineGatewayPolicy,
  type GatewayPolicy,
  type PolicyHooks,
  type PolicyPhase,
  type PolicyReply,
} from '@backplane/sdk';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { exchangeRaw } from '../attacks/raw.fixture.ts';
import { route, startGateway, startUpstream, upstream, use } from '../gateway.fixture.ts';
import type { PolicyUse } from '../model/policy-use.ts';
import type { RouteModel } from '../model/route-model.ts';

const words = { title: 'T', summary: 'S', config: z.object({}) };
type Spec = Partial<Omit<GatewayPolicy, 'phases' | 'create'>>;

function policy(name: string, hooks: Partial<PolicyHooks>, spec: Spec = {}): GatewayPolicy {
  const phases = Object.keys(hooks) as PolicyPhase[];
  return defineGatewayPolicy({
    ...words,
    onFailure: 'closed',
    ...spec,
    name,
    phases,
    create: () => hooks as never,
  } as never);
}

/** A gateway with one route to one service, which answers `fine`. */
async function serving(
  policies: readonly GatewayPolicy[],
  more: Partial<RouteModel> = {},
  common: readonly PolicyUse[] = [],
) {
  const up = await startUpstream((request, response) => {
    response.setHeader('x-up', request.headers['x-to-up'] ?? '');
    request.resume().on('end', () => response.end(request.method === 'HEAD' ? undefined : 'fine'));
  });
  const uses = policies
    .map(({ name }) => use(name))
    .filter(({ policy: name }) => common.every((one) => one.policy !== name));
  const gateway = await startGateway(
    {
      routes: [route('it', '/{rest*}', { policies: uses, ...more })],
      upstreams: [upstream('up', [up.port])],
      policies: common,
    },
    policies,
    { policyLimitMs: 100 },
  );
  return {
    up,
    gateway,
    url: gateway.url,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await up[Symbol.asyncDispose]();
    },
  };
}

const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code;

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

test('a body that hooks change has no length any more, one that they only look at keeps it', async () => {
  const seen: string[] = [];
  const change = policy('change', { responseBody: (_x, piece, last) => (last ? Buffer.from('!') : piece) });
  const look = policy(
    'look',
    {
      responseBody(_x, piece) {
        seen.push(String(Buffer.from(piece)));
        return Buffer.from('ignored');
      },
    },
    { body: { response: 'look' } },
  );
  await using changing = await serving([change]);
  await using looking = await serving([look]);
  const changed = await fetch(changing.url);
  expect([await changed.text(), changed.headers.get('content-length')]).toEqual(['fine!', null]);
  const looked = await fetch(looking.url);
  expect([await looked.text(), looked.headers.get('content-length'), seen.join('')]).toEqual(['fine', '4', 'fine']);
});

test('hooks that take their time over a body keep its order', async () => {
  let wait = 8;
  const slow = policy('slow', {
    responseBody: async (_x, piece) => {
      wait -= 2;
      await new Promise((resolve) => setTimeout(resolve, wait));
      return piece;
    },
  });
  const reply = policy('reply', {
    route: () => ({
      status: 200,
      body: (async function* () {
        for (const text of ['a', 'b', 'c']) yield Buffer.from(text);
      })() as never,
    }),
  });
  await using it = await serving([slow, reply]);
  expect(await (await fetch(it.url)).text()).toBe('abc');
});

test('a hook that adds to bodies adds nothing where there is none', async () => {
  await using it = await serving([
    policy('add', { responseBody: () => Buffer.from('!') }),
    policy('none', { route: () => ({ status: 204 }) }),
  ]);
  const answer = await fetch(it.url);
  expect([answer.status, await answer.text()]).toEqual([204, '']);
});

const holding = (name: string, maxBytes: number, onOverflow: 'refuse' | 'skip', seen: unknown[] = []) =>
  policy(
    name,
    {
      route: ({ request }) =>
        void seen.push(
          request.bodyKind === 'buffered' ? String(Buffer.from(request.body!)) : request.bodyKind,
        ) as never,
    },
    {
      body: { request: { buffer: { maxBytes, onOverflow } } },
    },
  );

test('a body that a policy wants to see is held for it, and goes on to the upstream', async () => {
  const seen: unknown[] = [];
  await using it = await serving([
    holding('hold', 10, 'refuse', seen),
    policy(
      'body',
      {
        rewrite(x) {
          x.upstream.body = Buffer.from('four');
          return undefined;
        },
      },
      { body: { request: { buffer: { maxBytes: 10, onOverflow: 'refuse' } } } },
    ),
  ]);
  await fetch(it.url, { method: 'POST', body: 'hello' });
  expect(seen).toEqual(['hello']);
  const sent = it.up.seen[0]!.rawHeaders.map((text) => text.toLowerCase());
  expect(sent[sent.indexOf('content-length') + 1]).toBe('4');
});

test('a policy that insists on a whole body refuses a larger one, however much another one would hold', async () => {
  await using it = await serving([holding('much', 100, 'skip'), holding('little', 4, 'refuse')]);
  const answer = await fetch(it.url, { method: 'POST', body: 'hello' });
  expect([answer.status, await codeOf(answer)]).toEqual([413, 'GATEWAY_BODY_TOO_LARGE']);
});

test('a policy that can do without goes on with a larger body as a stream', async () => {
  const seen: unknown[] = [];
  await using it = await serving([holding('little', 4, 'skip', seen)]);
  const answer = await fetch(it.url, { method: 'POST', body: 'hello' });
  expect([answer.status, seen]).toEqual([200, ['stream']]);
});

test('the answer of a service that is larger than a policy has to see is not given', async () => {
  await using it = await serving([
    policy(
      'see',
      { responseHeaders: () => undefined },
      { body: { response: { buffer: { maxBytes: 3, onOverflow: 'refuse' } } } },
    ),
  ]);
  const answer = await fetch(it.url);
  expect([answer.status, await codeOf(answer)]).toEqual([502, 'GATEWAY_ANSWER_TOO_LARGE']);
});

test('a policy that sees an answer whole can put another body in its place', async () => {
  const wrap = policy(
    'wrap',
    {
      responseHeaders(x) {
        x.response.body = Buffer.from(`<${Buffer.from(x.response.body!)}>`);
        return undefined;
      },
    },
    { body: { response: { buffer: { maxBytes: 100, onOverflow: 'skip' } } } },
  );
  await using it = await serving([wrap]);
  const answer = await fetch(it.url);
  expect([await answer.text(), answer.headers.get('content-length')]).toEqual(['<fine>', '6']);
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
  await expect(serving([door])).rejects.toThrow(/GATEWAY_CONFIG_INVALID|name it in the gateway's policies/);
  const early = policy('early', { admit: () => undefined });
  const when = { caller: 'known' } as const;
  await expect(serving([early], { policies: [{ ...use('early'), when }] })).rejects.toThrow(/nobody knows the caller/);
});

test('a caller that does not read is not written to without end, however slowly hooks think', async () => {
  let given = 0;
  const endless = policy('endless', {
    route: () => ({
      status: 200,
      body: (async function* () {
        for (; given < 4_000; given += 1) yield Buffer.alloc(65_536);
      })() as never,
    }),
  });
  const think = policy('think', { responseBody: async (_x, piece) => piece });
  await using it = await serving([think, endless]);
  const leaving = new AbortController();
  await fetch(it.url, { signal: leaving.signal });
  let before = -1;
  await expect
    .poll(
      () => {
        const isStill = given > 0 && given === before;
        before = given;
        return isStill;
      },
      { timeout: 5_000, interval: 100 },
    )
    .toBe(true);
  expect(given).toBeLessThan(1_000);
  leaving.abort();
});
