import { expect, test } from 'vitest';
import { createFixtureHttp } from './fixture-http.ts';

const text = async (http: ReturnType<typeof createFixtureHttp>, request: Parameters<typeof http.send>[0]) =>
  Buffer.from((await http.send(request)).body).toString();

test('one answer serves every call, and the body of a request is not even made', async () => {
  const http = createFixtureHttp({ status: 201, headers: { 'X-A': '1' }, data: { a: [1.5] } });
  const body = () => {
    throw new Error('made');
  };
  const reply = await http.send({ url: 'None/path', method: 'POST', body });
  expect(reply.fixture).toEqual({ data: { a: [1.5] } });
  expect([reply.status, reply.headers, Buffer.from(reply.body).toString()]).toEqual([
    201,
    { 'content-type': 'application/json', 'x-a': '1' },
    '{"a":[1.5]}',
  ]);
});

test('text is text, no data is an empty body, text of a JSON type is JSON', async () => {
  expect((await createFixtureHttp({ data: 'hi' }).send({ url: '' })).headers['content-type']).toBe(
    'text/plain; charset=utf-8',
  );
  expect((await createFixtureHttp({ status: 204 }).send({ url: '' })).body.byteLength).toBe(0);
  const headers = { 'Content-Type': 'application/json' };
  expect(await text(createFixtureHttp({ headers, data: 'hi' }), { url: '' })).toBe('"hi"');
  expect(await text(createFixtureHttp({ headers, data: '{"a":1}' }), { url: '' })).toBe('{"a":1}');
});

test('the first entry that fits answers: by method, prefix, pattern, expression, query and body', async () => {
  const http = createFixtureHttp([
    { match: { method: 'delete' }, answer: { data: 'method' } },
    { match: { url: '/\\/v\\d\\/users$/i' }, answer: { data: 'expression' } },
    { match: { url: 'https://*.example.com/items/*' }, answer: { data: 'pattern' } },
    { match: { url: 'https://api.test/', query: { page: 2 } }, answer: { data: 'query' } },
    { match: { body: { user: { name: 'a' }, n: 1 } }, answer: { data: 'json' } },
    { match: { body: 'needle' }, answer: { data: 'text' } },
    { match: { url: 'https://api.test/' }, answer: { data: 'prefix' } },
  ]);
  const url = 'https://api.test/x';
  expect(await text(http, { url, method: 'DELETE' })).toBe('method');
  expect(await text(http, { url: 'https://x/V2/Users' })).toBe('expression');
  expect(await text(http, { url: 'https://eu.example.com/items/9?q' })).toBe('pattern');
  expect(await text(http, { url: `${url}?page=2&x=1` })).toBe('query');
  expect(await text(http, { url, body: '{"user":{"name":"a","age":3},"n":1.0}' })).toBe('json');
  expect(await text(http, { url, body: new URLSearchParams({ n: '1', x: 'needle' }) })).toBe('text');
  expect(await text(http, { url })).toBe('prefix');
});

test('a call that nothing fits is named without the values of its query', async () => {
  const http = createFixtureHttp([{ match: { method: 'GET' }, answer: {} }]);
  await expect(http.send({ url: 'https://x/y?key=hidden&b=2', method: 'POST' })).rejects.toMatchObject({
    code: 'HTTP_PORT_FIXTURE_NO_MATCH',
    message: 'The HTTP fixture has no answer to POST https://x/y?key=…&b=….',
  });
});

test.each([
  [{ status: 'x' }, '0.answer.status'],
  [{ dta: 1 }, 'dta'],
  [[{ match: { url: '/(/' }, answer: {} }], 'regular expression'],
  [7, 'answer'],
])('%j is no fixture', (fixture, named) => {
  expect(() => createFixtureHttp(fixture)).toThrow(
    expect.objectContaining({ code: 'HTTP_PORT_FIXTURE_INVALID', message: expect.stringContaining(named as string) }),
  );
});
