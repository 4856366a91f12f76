import { tryPolicy } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { mock } from './mock.ts';

test('it answers with status, headers and body, and nothing is sent', async () => {
  await using trial = await tryPolicy(mock, { status: 201, headers: { 'X-Kind': 'mock' }, body: 'made' });
  expect(await trial.send({ method: 'POST' })).toMatchObject({
    status: 201,
    body: 'made',
    headers: { 'x-kind': 'mock', 'content-type': 'text/plain; charset=utf-8' },
  });
  expect(trial.sent).toEqual([]);
});

test('parts of the request stand where the template names them, and other braces stay', async () => {
  const config = {
    json: {
      id: '{params.id}',
      page: '{query.page}',
      by: '{headers.x-user}',
      how: '{method} {path}',
      no: '{x} {query.none}',
    },
  };
  await using trial = await tryPolicy(mock, config, { route: { params: { id: '7' } } });
  const { body, headers } = await trial.send({ url: '/orders/7?page=2', headers: { 'X-User': 'ada' } });
  expect(JSON.parse(body)).toEqual({ id: '7', page: '2', by: 'ada', how: 'GET /orders/7', no: '{x} ' });
  expect(headers['content-type']).toBe('application/json');
});

test('what a caller sends cannot break out of a string of JSON', async () => {
  await using trial = await tryPolicy(mock, { json: { q: '{query.q}' } });
  const q = '","admin":true,"x":"\\';
  expect(JSON.parse((await trial.send({ url: `/?q=${encodeURIComponent(q)}` })).body)).toEqual({ q });
});

test('what a caller sends cannot become markup', async () => {
  await using trial = await tryPolicy(mock, { headers: { 'content-type': 'text/html' }, body: '<p>{query.q}</p>' });
  expect((await trial.send({ url: '/?q=%3Cscript%3E' })).body).toBe('<p>&lt;script&gt;</p>');
});

test('what a caller sends cannot end a header', async () => {
  await using trial = await tryPolicy(mock, { headers: { 'x-q': '{query.q}' } });
  expect((await trial.send({ url: '/?q=a%0d%0ab:c' })).headers['x-q']).toBe('ab:c');
});

test.each([
  [{ body: 'a', json: 1 }, 'either `body` or `json`'],
  [{ status: 99 }, 'status'],
  [{ headers: { 'a b': 'c' } }, 'headers.a b'],
])('the configuration %j is refused for %s', async (config, reason) => {
  await expect(tryPolicy(mock, config)).rejects.toThrow(reason);
});
