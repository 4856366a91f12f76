import { type PolicyTrial, type TrialRequest, tryPolicy } from '@backplane/sdk/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canary } from './canary.ts';
import { positionOf } from './position.ts';
import { percentAt } from './ramp.ts';
import { weightedPick } from './weighted-pick.ts';

const target = (id: string, version: string, weight = 1) => ({
  id,
  origin: `http://${id}`,
  weight,
  metadata: { version },
});
const targets = [target('old-1', 'v1'), target('old-2', 'v1'), target('new', 'v2')];
const to = { metadata: { version: 'v2' } };

async function ways(trial: PolicyTrial, count: number, request: TrialRequest = {}) {
  const before = trial.sent.length;
  for (let sent = 0; sent < count; sent++) await trial.send(request);
  return trial.sent.slice(before).map((one) => one.target!.id);
}

test('about its share of the requests goes to the new targets, the rest to the others alone', async () => {
  await using trial = await tryPolicy(canary, { to, percent: 20 }, { targets });
  const seen = await ways(trial, 1_000);
  // Six standard deviations.
  expect(Math.abs(seen.filter((id) => id === 'new').length - 200)).toBeLessThan(76);
  expect(new Set(seen)).toEqual(new Set(['old-1', 'old-2', 'new']));
});

test.each([
  [0, ['old-1', 'old-2']],
  [100, ['new']],
] as const)('at %d percent nothing is left to chance', async (percent, expected) => {
  await using trial = await tryPolicy(canary, { to, percent }, { targets });
  expect([...new Set(await ways(trial, 60))].toSorted()).toEqual(expected);
});

test('a caller without a healthy target on its side is served by the other', async () => {
  await using trial = await tryPolicy(canary, { to, percent: 100 }, { targets: targets.slice(0, 2) });
  expect((await trial.send()).status).toBe(200);
});

test('rules decide before the share, and `never` before `always`', async () => {
  const config = {
    to,
    percent: 0,
    always: [{ header: 'x-beta', value: '1' }, { cookie: 'beta' }],
    never: [{ header: 'x-stable' }],
  };
  await using trial = await tryPolicy(canary, config, { targets });
  expect(await ways(trial, 1, { headers: { 'x-beta': '1' } })).toEqual(['new']);
  expect(await ways(trial, 1, { headers: { cookie: 'beta=yes' } })).toEqual(['new']);
  expect(await ways(trial, 1, { headers: { 'x-beta': '0' } })).not.toEqual(['new']);
  expect(await ways(trial, 1, { headers: { 'x-beta': '1', 'x-stable': 'please' } })).not.toEqual(['new']);
});

test('sticky by a header: the same caller always goes the same way', async () => {
  await using trial = await tryPolicy(canary, { to, percent: 50, sticky: { header: 'x-user' } }, { targets });
  for (const user of ['ada', 'bob', 'eve', 'joe'])
    expect(new Set((await ways(trial, 10, { headers: { 'x-user': user } })).map((id) => id === 'new')).size).toBe(1);
});

test('sticky by a cookie: the first answer sets it, later ones follow it', async () => {
  await using trial = await tryPolicy(
    canary,
    { to, percent: 50, sticky: { cookie: 'way', maxAge: '1h' } },
    { targets },
  );
  const first = await trial.send({ scheme: 'https' });
  const cookie = first.headers['set-cookie']!;
  expect(cookie).toMatch(/^way=\d{1,2}(\.\d{1,2})?; Path=\/; Max-Age=3600; HttpOnly; SameSite=Lax; Secure$/);
  const headers = { cookie: cookie.split(';')[0]! };
  const isNew = trial.sent[0]!.target!.id === 'new';
  expect(new Set((await ways(trial, 10, { headers })).map((id) => id === 'new'))).toEqual(new Set([isNew]));
  expect((await trial.send({ headers })).headers['set-cookie']).toBeUndefined();
});

test('as it grows, who was on the canary stays there', async () => {
  const ramp = { from: 0, to: 100, start: '2026-01-01T00:00:00Z', over: '10h' };
  await using trial = await tryPolicy(canary, { to, ramp, sticky: 'address' }, { targets });
  const addresses = Array.from({ length: 100 }, (_, at) => `192.0.2.${at}`);
  let before = new Set<string>();
  for (let hour = 0; hour <= 10; hour++) {
    const now = new Set<string>();
    for (const clientAddress of addresses)
      if ((await ways(trial, 1, { clientAddress }))[0] === 'new') now.add(clientAddress);
    expect([...before].filter((address) => !now.has(address))).toEqual([]);
    before = now;
    trial.clock.advance(3_600_000);
  }
  expect(before.size).toBe(100);
});

test('another route can answer, with its cookies', async () => {
  const routes = {
    next: () => ({
      status: 201,
      headers: [
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ] as const,
      body: 'new',
    }),
  };
  await using trial = await tryPolicy(canary, { to: { route: 'next' }, percent: 100 }, { routes });
  expect(await trial.send()).toMatchObject({ status: 201, body: 'new', headers: { 'set-cookie': 'a=1, b=2' } });
  expect(trial.sent).toEqual([]);
});

test('a body that streams past stays on the route it came to', async () => {
  await using trial = await tryPolicy(
    canary,
    { to: { route: 'next' }, percent: 100 },
    { routes: { next: () => ({}) } },
  );
  await trial.send({ method: 'POST', body: 'x'.repeat(70_000) });
  expect(trial.sent).toHaveLength(1);
});

test('positions of names that differ little are spread evenly', () => {
  const below = Array.from({ length: 10_000 }, (_, at) => positionOf(`user-${at}`)).filter((position) => position < 25);
  expect(Math.abs(below.length - 2_500)).toBeLessThan(250);
});

test('a ramp stays between its ends and never turns back', () => {
  fc.assert(
    fc.property(fc.nat(100), fc.nat(100), fc.array(fc.integer({ min: -100, max: 2_000 })), (from, to, times) => {
      const ramp = { from, to, start: 0, overMs: 1_000 };
      const sign = Math.sign(to - from);
      const percents = times.toSorted((a, b) => a - b).map((time) => percentAt(ramp, time));
      for (const [at, percent] of percents.entries()) {
        expect(percent).toBeGreaterThanOrEqual(Math.min(from, to));
        expect(percent).toBeLessThanOrEqual(Math.max(from, to));
        if (at > 0) expect((percent - percents[at - 1]!) * sign).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});

test('a target of weight 0 is never drawn', () => {
  expect(weightedPick([target('a', 'v1', 0), target('b', 'v1', 1)], () => 0)!.id).toBe('b');
  expect(weightedPick([target('a', 'v1', 0)])).toBeUndefined();
});

test.each([
  [{ to }, 'either `percent` or `ramp`'],
  [{ to, percent: 101 }, 'percent'],
  [{ to: { metadata: {} }, percent: 1 }, 'to'],
  [{ to, percent: 1, always: [{ header: 'a', cookie: 'b' }] }, 'either `header` or `cookie`'],
  [{ to, ramp: { start: 'tomorrow', over: '1h' } }, 'ramp.start'],
])('the configuration %j is refused for %s', async (config, reason) => {
  await expect(tryPolicy(canary, config)).rejects.toThrow(reason);
});
