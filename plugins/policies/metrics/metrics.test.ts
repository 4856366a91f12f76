import { tryPolicy } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { metrics } from './metrics.ts';

const IN_FLIGHT = 'gateway_requests_in_flight{route="orders"}';

test('requests are counted by route, method and status, and timed by route', async () => {
  await using trial = await tryPolicy(
    metrics,
    {},
    { route: { id: 'orders' }, upstream: ({ path }) => ({ status: path === '/bad' ? 503 : 200, body: 'ok' }) },
  );
  await trial.send();
  await trial.send();
  await trial.send({ url: '/bad', method: 'POST' });
  const { values } = trial.meters;
  expect(values.get('gateway_requests_total{route="orders",method="GET",status="200"}')).toBe(2);
  expect(values.get('gateway_requests_total{route="orders",method="POST",status="503"}')).toBe(1);
  expect(values.get('gateway_request_duration{route="orders"}')).toHaveLength(3);
  expect(values.get('gateway_bytes_total{route="orders",direction="sent"}')).toBe(6);
});

test('methods that callers make up are one', async () => {
  await using trial = await tryPolicy(metrics);
  await trial.send({ method: 'BREW' });
  expect([...trial.meters.values.keys()].join()).toContain('method="OTHER"');
});

test('a request is in flight until it is over, whatever its answer', async () => {
  const during: unknown[] = [];
  await using trial = await tryPolicy(
    metrics,
    {},
    {
      route: { id: 'orders' },
      upstream() {
        during.push(trial.meters.values.get(IN_FLIGHT));
        throw new Error('nobody there');
      },
    },
  );
  await trial.send();
  await trial.send();
  expect(during).toEqual([1, 1]);
  expect(trial.meters.values.get(IN_FLIGHT)).toBe(0);
});
