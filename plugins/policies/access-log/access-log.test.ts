import { tryPolicy } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { accessLog } from './access-log.ts';

test('a request leaves one line, after its answer', async () => {
  await using trial = await tryPolicy(accessLog, {}, { route: { id: 'orders' } });
  await trial.send({ url: '/api/orders?token=abc', clientAddress: '198.51.100.7' });
  expect(trial.logs).toEqual([
    {
      level: 'info',
      message: 'request',
      fields: {
        method: 'GET',
        path: '/api/orders',
        status: 200,
        durationMs: 0,
        sentBytes: 2,
        clientAddress: '198.51.100.7',
        route: 'orders',
      },
    },
  ]);
});

test('values of secret parameters and headers are not written, however they are asked for', async () => {
  const config = { fields: ['query'], headers: ['Authorization', 'Cookie', 'X-Tenant'] };
  await using trial = await tryPolicy(accessLog, config);
  await trial.send({
    url: '/x?a=1&Access%5FToken=hunter2&key=hunter2',
    headers: { Authorization: 'Bearer hunter2', Cookie: 'sid=hunter2', 'X-Tenant': 'acme' },
  });
  expect(trial.logs[0]!.fields).toEqual({ query: 'a=1&Access%5FToken=***&key=***', 'header.x-tenant': 'acme' });
});

test('failures are written although only a sample of the rest is', async () => {
  await using trial = await tryPolicy(
    accessLog,
    { sample: 0 },
    { upstream: ({ path }) => ({ status: path === '/bad' ? 502 : 200 }) },
  );
  await trial.send();
  await trial.send({ url: '/bad' });
  expect(trial.logs.map(({ level, fields }) => [level, (fields as { status: number }).status])).toEqual([
    ['warn', 502],
  ]);
});

test('only slow ones, where that is said', async () => {
  await using trial = await tryPolicy(
    accessLog,
    { slowerThan: '100ms' },
    {
      upstream: ({ path }) => {
        if (path === '/slow') trial.clock.advance(150);
        return { body: 'ok' };
      },
    },
  );
  await trial.send();
  await trial.send({ url: '/slow' });
  expect(trial.logs).toHaveLength(1);
});

test('a line can have the form that web servers write, and nobody forges one', async () => {
  await using trial = await tryPolicy(accessLog, { format: 'combined' }, { upstream: () => ({ body: 'four' }) });
  const identity = { subject: 'ada l', scheme: 's', scopes: [], claims: {} };
  const headers = { 'user-agent': 'x" 200 9 "y\\', referer: 'https://a.example/p?token=1' };
  await trial.send({ url: '/a?page=1&token=secret', identity, headers });
  expect(trial.logs.at(-1)?.message).toBe(
    '192.0.2.1 - ada+l [01/Jan/2026:00:00:00 +0000] "GET /a?page=1&token=*** HTTP/1.1" 200 4 "https://a.example/p" "x\\x22 200 9 \\x22y\\x5c"',
  );
});

test('the common form leaves out who sends it', async () => {
  await using trial = await tryPolicy(accessLog, { format: 'common' });
  await trial.send({ headers: { 'user-agent': 'x' } });
  expect(trial.logs.at(-1)?.message).toMatch(/"GET \/ HTTP\/1\.1" 200 2$/);
});
