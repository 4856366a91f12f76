import { expect, test } from 'vitest';
import { codeOf, policy, serving } from './serving.fixture.ts';

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

test('a policy sees the body as those inside of it have made it, also where one outside changes it whole', async () => {
  const seen: string[] = [];
  const whole = { body: { response: { buffer: { maxBytes: 100, onOverflow: 'skip' } } } } as const;
  const around = (name: string, sign: string) =>
    policy(
      name,
      {
        responseHeaders(x) {
          x.response.body = Buffer.from(`${sign}${Buffer.from(x.response.body!)}${sign}`);
          return undefined;
        },
      },
      whole,
    );
  const look = policy(
    'look',
    {
      async responseBody(x, piece, last) {
        seen.push(`${Buffer.from(piece)} ${last} ${x.response.headers.get('content-length')}`);
        return undefined;
      },
    },
    { body: { response: 'look' } },
  );
  await using it = await serving([around('outer', '"'), look, around('inner', "'")]);
  const answer = await fetch(it.url);
  expect([await answer.text(), answer.headers.get('content-length')]).toEqual([`"'fine'"`, '8']);
  expect(seen).toEqual([`'fine' true undefined`]);
});

test('a hook that fails over a body that is held whole gives an error, since nothing has been sent', async () => {
  const hold = policy(
    'hold',
    { responseHeaders: () => undefined },
    { body: { response: { buffer: { maxBytes: 10_000, onOverflow: 'skip' } } } },
  );
  const fails = policy('fails', {
    responseBody(x, piece) {
      if (x.response.source === 'upstream') throw new Error('it cannot');
      return piece;
    },
  });
  await using it = await serving([hold, fails]);
  const answer = await fetch(it.url);
  expect([answer.status, await codeOf(answer)]).toEqual([500, 'GATEWAY_POLICY_FAILED']);
});
