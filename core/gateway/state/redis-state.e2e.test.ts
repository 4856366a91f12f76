import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { route, SILENT, use } from '../gateway.fixture.ts';
import { startWorkers } from '../worker/workers.fixture.ts';
import { RedisState } from './redis-state.ts';
import { sharedStateContract } from './shared-state.contract.ts';

const REDIS = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';

const isThere = await new Promise<boolean>((resolve) => {
  const { hostname, port } = new URL(REDIS);
  const socket = connect({ host: hostname, port: Number(port || 6379), timeout: 1_000 });
  const end = (answer: boolean) => () => {
    socket.destroy();
    resolve(answer);
  };
  socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
});
const isRequired = (process.env['BACKPLANE_TEST_REQUIRE'] ?? '').split(',').includes('redis');
const isLeftOut = !isThere && !isRequired;

describe.skipIf(isLeftOut)('state in Redis', () => {
  const states: RedisState[] = [];
  afterAll(() => Promise.all(states.map((state) => state[Symbol.asyncDispose]())));
  sharedStateContract(
    async () => {
      const state = new RedisState(REDIS, SILENT);
      states.push(state);
      return state;
    },
    (ms) => setTimeout(ms),
  );
});

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'gateway-quota-')));
const entry = join(folder, 'index.ts');
writeFileSync(
  entry,
  `import { defineGatewayPolicy, definePlugin } from '@backplane/sdk';
import { z } from 'zod';
const quota = defineGatewayPolicy({ name: 'quota', title: 'T', summary: 'S', onFailure: 'closed', phases: ['admit'],
  config: z.object({ key: z.string(), limit: z.number() }),
  create: ({ config, shared }) => ({ admit: async () => {
    const { count } = await shared.add(config.key, 1, { ttlMs: 60000 });
    return { status: count > config.limit ? 429 : 200, body: '' };
  } }) });
export default definePlugin({ id: 'quotas', contributes: [quota] });`,
);
afterAll(() => rmSync(folder, { recursive: true }));

function startGateway(key: string) {
  const policies = [use('quota', { key, limit: 10 })];
  return startWorkers(
    { routes: [route('q', '/q', { policies, to: { kind: 'policies' } })] },
    [{ id: 'quotas', version: '1.0.0', folder, entry, policies: ['quota'] }],
    { redisUrl: REDIS },
  );
}

test.skipIf(isLeftOut)('two gateways with one Redis count together: a quota holds for both', async () => {
  const key = `quota-${process.pid}-${Date.now()}`;
  const [first, second] = await Promise.all([startGateway(key), startGateway(key)]);
  await using one = first;
  await using other = second;
  const asked = Array.from({ length: 30 }, async (_, at) => {
    const { port } = at % 2 === 0 ? one : other;
    return (await fetch(`http://127.0.0.1:${port}/q`)).status;
  });
  const statuses = await Promise.all(asked);
  expect(statuses.filter((status) => status === 200)).toHaveLength(10);
  expect(statuses.filter((status) => status === 429)).toHaveLength(20);
});
