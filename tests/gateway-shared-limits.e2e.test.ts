import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { GatewayPolicy } from '@backplane/sdk';
import { type PolicyTrial, type PolicyTrialOptions, tryPolicy } from '@backplane/sdk/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { RedisState } from '../core/gateway/state/redis-state.ts';
import { temporaryFolder } from '../core/storage/test-database.fixture.ts';
import { circuitBreaker } from '../plugins/policies/circuit-breaker/circuit-breaker.ts';
import { concurrency } from '../plugins/policies/concurrency/concurrency.ts';
import { rateLimit } from '../plugins/policies/rate-limit/rate-limit.ts';

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const clock = { now: Date.now, advance() {} };

describe.skipIf(!hasRedis)('hosts with one Redis', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let server: ReturnType<typeof spawn>;
  let states: RedisState[] = [];

  beforeAll(async () => {
    folder = await temporaryFolder();
    const socket = join(folder.path, 'redis.sock');
    server = spawn('redis-server', ['--port', '0', '--unixsocket', socket, '--save', '', '--dir', folder.path], {
      stdio: 'ignore',
    });
    await vi.waitUntil(() => existsSync(socket), { timeout: 10_000 });
    states = [new RedisState(socket, silent), new RedisState(socket, silent)];
  });

  afterAll(async () => {
    server.kill();
    for (const state of states) await state[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  /** The same use of a policy on two hosts. */
  const onTwo = (policy: GatewayPolicy, config: object, options: PolicyTrialOptions = {}) =>
    Promise.all(states.map((shared) => tryPolicy(policy, config, { shared, clock, ...options })));

  /** Statuses of so many requests, sent at once to both in turn. */
  const rush = async (hosts: readonly PolicyTrial[], count: number, request = {}) =>
    (await Promise.all(Array.from({ length: count }, (_, at) => hosts[at % 2]!.send(request)))).map(
      ({ status }) => status,
    );
  const passed = (statuses: readonly number[]) => statuses.filter((status) => status === 200).length;

  test.each([
    ['fixed-window', '1h'],
    ['token-bucket', '10h'],
    ['quota', 'month'],
    ['sliding-window', '1h'],
  ])('let through no more than the limit together, by %s', async (algorithm, period) => {
    const hosts = await onTwo(rateLimit, { limit: 10, period, algorithm, by: [`constant:${algorithm}`] });
    const count = passed(await rush(hosts, 40));
    expect(count).toBeLessThanOrEqual(10);
    // Refused requests are taken back, so that at the edge one may be refused that had room.
    if (algorithm !== 'sliding-window') expect(count).toBe(10);
  });

  test('let through no more than the limit together, as Ocelot', async () => {
    const hosts = await onTwo(rateLimit, { mode: 'ocelot', limit: 10, period: '1h', wait: '10s' });
    expect(passed(await rush(hosts, 40, { headers: { 'oc-client': 'ada' } }))).toBe(10);
  });

  test('share a breaker, and only one of them tries when it is half-open', async () => {
    let isDown = true;
    const upstream = async () => ({ status: isDown ? 500 : 200 });
    const hosts = await onTwo(circuitBreaker, { failures: 4, breakFor: '50ms' }, { upstream });
    for (let sent = 0; sent < 4; sent++) await rush([hosts[sent % 2]!, hosts[sent % 2]!], 1);
    expect(await rush(hosts, 4)).toEqual([503, 503, 503, 503]);
    isDown = false;
    await new Promise((resolve) => setTimeout(resolve, 60));
    const before = hosts[0]!.sent.length + hosts[1]!.sent.length;
    const statuses = await rush(hosts, 2);
    expect(hosts[0]!.sent.length + hosts[1]!.sent.length - before).toBeGreaterThanOrEqual(1);
    expect(statuses).toContain(200);
    expect(await rush(hosts, 4)).toEqual([200, 200, 200, 200]);
  });

  test('count requests under way together', async () => {
    const waiting: (() => void)[] = [];
    let isQuick = false;
    const upstream = () => new Promise<object>((resolve) => (isQuick ? resolve({}) : waiting.push(() => resolve({}))));
    const hosts = await onTwo(concurrency, { limit: 3, scope: 'shared' }, { upstream });
    const sent = rush(hosts, 8);
    await expect.poll(() => waiting.length).toBe(3);
    for (const answer of waiting) answer();
    expect(passed(await sent)).toBe(3);
    isQuick = true;
    // Nobody waits until a place is given back.
    await expect
      .poll(async () => {
        return passed(await rush(hosts, 3));
      })
      .toBe(3);
  });
});
