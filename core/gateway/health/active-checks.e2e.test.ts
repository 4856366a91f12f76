import { expect, test } from 'vitest';
import { SILENT, startUpstream, upstream } from '../gateway.fixture.ts';
import { ActiveChecks } from './active-checks.ts';

const CHECK = {
  path: '/health',
  method: 'GET',
  everyMs: 20,
  timeoutMs: 100,
  healthyAfter: 2,
  unhealthyAfter: 2,
  statuses: [[200, 299]],
} as const;

function following(...models: Parameters<ActiveChecks['follow']>[0]) {
  const told: (readonly string[])[] = [];
  const checks = new ActiveChecks({ log: SILENT, tell: (_, ids) => void told.push(ids), random: () => 0.5 });
  checks.follow(models);
  return { checks, told };
}

test('a target becomes unhealthy after so many failures in a row, and healthy again', async () => {
  const statuses = [200, 500, 200, 500, 500, 200, 200];
  await using up = await startUpstream((_, response) => {
    response.statusCode = statuses.shift() ?? 200;
    response.end();
  });
  const { checks, told } = following(upstream('up', [up.port], { health: { active: CHECK } }));
  using _ = checks;
  await expect.poll(() => told).toEqual([[`http://127.0.0.1:${up.port}`], []]);
  expect(statuses).toEqual([]);
  expect(up.seen[0]).toMatchObject({ method: 'GET', url: '/health' });
});

test('one that does not answer in time, or at all, is unhealthy, and the state says why', async () => {
  await using slow = await startUpstream(() => undefined);
  const gone = await startUpstream(() => undefined);
  await gone[Symbol.asyncDispose]();
  const { checks, told } = following(upstream('up', [slow.port, gone.port], { health: { active: CHECK } }));
  using _ = checks;
  await expect.poll(() => told.at(-1)?.length, { timeout: 5_000 }).toBe(2);
  expect(checks.state().get('up')).toMatchObject([
    { isHealthy: false, because: 'it did not answer within 100 ms' },
    { isHealthy: false, because: 'ECONNREFUSED' },
  ]);
});

test('a reload that leaves the check as it is keeps verdicts; an upstream without a check has none', async () => {
  await using up = await startUpstream((_, response) => response.writeHead(503).end());
  const model = upstream('up', [up.port], { health: { active: CHECK } });
  const { checks, told } = following(model);
  using _ = checks;
  await expect.poll(() => told.length).toBe(1);
  checks.follow([{ ...model, failover: 'other' }]);
  expect(checks.state().get('up')).toMatchObject([{ isHealthy: false }]);
  checks.follow([upstream('up', [up.port])]);
  expect(told.at(-1)).toEqual([]);
  const asked = up.seen.length;
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(up.seen.length - asked).toBeLessThanOrEqual(1);
});

test('targets that a registry brings are checked, those that go are not', async () => {
  await using up = await startUpstream((_, response) => response.writeHead(500).end());
  const model = upstream('up', [], { health: { active: CHECK } });
  const { checks, told } = following({
    ...model,
    targets: { kind: 'discovery', use: 'x', config: {}, service: 's', tags: [], scheme: 'http', pollMs: 1_000 },
  });
  using _ = checks;
  checks.setTargets('up', [{ scheme: 'http', host: '127.0.0.1', port: up.port, weight: 1, metadata: {} }]);
  await expect.poll(() => told.at(-1)?.length).toBe(1);
  checks.setTargets('up', []);
  expect(told.at(-1)).toEqual([]);
});
