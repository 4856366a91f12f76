import { tryPolicy, type UpstreamRequest } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { timeout } from './timeout.ts';

const never = () => new Promise<never>(() => {});

test('an upstream that takes too long is given up with 504', async () => {
  await using trial = await tryPolicy(timeout, { total: '10ms' }, { upstream: never });
  const answer = await trial.send();
  expect(answer.status).toBe(504);
  expect(JSON.parse(answer.body).code).toBe('GATEWAY_UPSTREAM_TIMEOUT');
});

test('what is given up is ended, for the reason that time is up', async () => {
  let seen: UpstreamRequest | undefined;
  const upstream = (request: UpstreamRequest) => {
    seen = request;
    return never();
  };
  await using trial = await tryPolicy(timeout, { total: '10ms' }, { upstream });
  await trial.send();
  expect(seen!.signal.reason).toMatchObject({ name: 'TimeoutError' });
});

test('what comes in time is not ended later', async () => {
  let seen: UpstreamRequest | undefined;
  const upstream = (request: UpstreamRequest) => {
    seen = request;
    return { status: 200 };
  };
  await using trial = await tryPolicy(timeout, { total: '10ms' }, { upstream });
  expect((await trial.send()).status).toBe(200);
  await new Promise((resolve) => setTimeout(resolve, 25));
  expect(seen!.signal.aborted).toBe(false);
});

test('the time of one try goes with the try', async () => {
  await using trial = await tryPolicy(timeout, { attempt: '2s' });
  await trial.send();
  expect(trial.sent[0]!.timeoutMs).toBe(2_000);
});

test('an error of the upstream stays what it is', async () => {
  const upstream = () => {
    throw new Error('refused');
  };
  await using trial = await tryPolicy(timeout, { total: '1s' }, { upstream });
  expect((await trial.send()).body).toContain('refused');
});

test('as Ocelot the route’s own timeout answers 503 with an empty body', async () => {
  await using trial = await tryPolicy(timeout, { mode: 'ocelot', kind: 'route', timeout: '10ms' }, { upstream: never });
  expect(await trial.send()).toMatchObject({ status: 503, body: '' });
});

test('as Ocelot the timeout of QoS answers 503 and names the route', async () => {
  const options = { upstream: never, route: { id: 'orders' } };
  await using trial = await tryPolicy(timeout, { mode: 'ocelot', kind: 'qos', timeout: '11ms' }, options);
  expect(await trial.send()).toMatchObject({ status: 503, body: 'Request timeout for route -> orders' });
});

test('as Ocelot a QoS timeout of 10 ms or less becomes 30 s', async () => {
  const upstream = () => new Promise<object>((resolve) => setTimeout(resolve, 30, {}));
  await using trial = await tryPolicy(timeout, { mode: 'ocelot', kind: 'qos', timeout: 10 }, { upstream });
  expect((await trial.send()).status).toBe(200);
});

test.each([
  [{}, 'name `attempt`'],
  [{ total: '-1s' }, 'total'],
  [{ mode: 'ocelot', timeout: '1s' }, 'kind'],
])('the configuration %j is refused for %s', async (config, reason) => {
  await expect(tryPolicy(timeout, config)).rejects.toThrow(reason);
});
