import { describe, expect, test } from 'vitest';
import { RequestView } from '../exchange/request-view.ts';
import { upstream } from '../gateway.fixture.ts';
import type { HealthModel, UpstreamModel } from '../model/upstream-model.ts';
import { StickySessions } from './balancers/sticky-sessions.ts';
import { LiveUpstream } from './live-upstream.ts';
import { PoolSet } from './pool-set.ts';
import type { TryOutcome } from './upstream.ts';
import { UpstreamSet } from './upstream-set.ts';

const request = {
  subject: undefined,
  request: new RequestView({
    method: 'GET',
    url: '/',
    rawHeaders: [],
    clientAddress: '10.0.0.1',
    peerAddress: '10.0.0.1',
    scheme: 'http',
    protocol: 'http',
    hasBody: false,
  }),
};
const id = (port: number) => `http://127.0.0.1:${port}`;
const OUTLIER = { consecutiveFailures: 3, ejectMs: 1_000, maxEjectedPercent: 10, statuses: [[500, 599]] } as const;

/** An upstream with a clock and a chance of its own. */
function live(ports: readonly number[], health: HealthModel = {}, more: Partial<UpstreamModel> = {}) {
  const clock = { now: 1_000_000, chance: 0 };
  const it = new LiveUpstream(upstream('up', ports, { health, ...more }), {
    pools: new PoolSet(),
    sessions: new StickySessions(),
    now: () => clock.now,
    random: () => clock.chance,
  });
  const tryOnce = (port: number, outcome: TryOutcome) => {
    const target = it.targetOf({ id: id(port), origin: id(port), weight: 1, metadata: {} })!;
    it.begun(target);
    it.ended(target, outcome, 1);
  };
  const fail = (port: number, times = 3, outcome: TryOutcome = { status: 503 }) => {
    for (let at = 0; at < times; at += 1) tryOnce(port, outcome);
  };
  const served = (count = 12) => [...new Set(Array.from({ length: count }, () => it.pick(request)?.id))].toSorted();
  return { it, clock, tryOnce, fail, served };
}

describe('targets', () => {
  test('that were tried are passed over while there are others', () => {
    const { it } = live([1, 2]);
    const first = it.pick(request)!;
    const second = it.pick(request, [first])!;
    expect(second.id).not.toBe(first.id);
    expect(it.pick(request, [first, second])).toBeDefined();
  });

  test('with weight 0 get nothing, though a policy may choose them', () => {
    const { it, served } = live([1, 2]);
    const [one, two] = targetsOf([1, 2]);
    it.setTargets([{ ...one!, weight: 0 }, two!]);
    expect(served()).toEqual([id(2)]);
    expect(it.targetOf({ id: id(1), origin: id(1), weight: 0, metadata: {} })?.id).toBe(id(1));
    expect(it.state().targets[0]).toMatchObject({ because: 'its weight is 0' });
  });

  test('that stay keep their requests under way when others come and go', () => {
    const { it } = live([1, 2]);
    const [one] = it.targets;
    it.begun(one!);
    it.setTargets(targetsOf([1, 3]));
    expect(it.targets.find(({ id: of }) => of === one!.id)).toBe(one);
    it.ended(one!, { status: 200 }, 1);
    expect(it.state().targets.map(({ active }) => active)).toEqual([0, 0]);
  });

  test('named twice are one with both weights', () => {
    const { it } = live([1, 1]);
    expect(it.state().targets).toMatchObject([{ id: id(1), weight: 2 }]);
  });
});

describe('outliers', () => {
  test('are left out after failures in a row, and come back', () => {
    const { it, clock, fail, served } = live([1, 2], { outlier: OUTLIER });
    fail(1);
    expect(served()).toEqual([id(2)]);
    expect(it.state().targets[0]).toMatchObject({
      isHealthy: false,
      because: expect.stringMatching(/3 times in a row/),
    });
    clock.now += 1_000;
    expect(served()).toEqual([id(1), id(2)]);
  });

  test('are not made by a success in between, nor by callers who leave', () => {
    const { tryOnce, fail, served } = live([1, 2], { outlier: OUTLIER });
    fail(1, 2);
    tryOnce(1, { status: 404 });
    fail(1, 2);
    fail(1, 9, { failure: 'cancelled' });
    expect(served()).toEqual([id(1), id(2)]);
    fail(1, 1, { failure: 'connect' });
    expect(served()).toEqual([id(2)]);
  });

  test('stay out longer each time, until they have served for as long as they were out', () => {
    const { clock, fail, served } = live([1, 2], { outlier: OUTLIER });
    fail(1);
    clock.now += 1_000;
    served();
    fail(1);
    clock.now += 1_999;
    expect(served()).toEqual([id(2)]);
    clock.now += 1;
    expect(served()).toEqual([id(1), id(2)]);
    clock.now += 2_001;
    fail(1);
    clock.now += 1_000;
    expect(served()).toEqual([id(1), id(2)]);
  });

  test('are never more than the share that may be out, but one may always be', () => {
    const { fail, served } = live([1, 2, 3, 4], { outlier: { ...OUTLIER, maxEjectedPercent: 50 } });
    for (const port of [1, 2, 3]) fail(port);
    expect(served()).toEqual([id(3), id(4)]);
    const few = live([1, 2], { outlier: OUTLIER });
    few.fail(1);
    few.fail(2);
    expect(few.served()).toEqual([id(2)]);
  });
});

describe('while none is healthy', () => {
  test('requests go to those that only failed before those whose check fails', () => {
    const { it, fail, served } = live([1, 2], { outlier: OUTLIER });
    fail(1);
    it.setUnhealthy([id(2)]);
    expect(served()).toEqual([id(1)]);
  });

  test('requests go to all when every check fails, since a refusal helps nobody', () => {
    const { it, served } = live([1, 2]);
    it.setUnhealthy([id(1), id(2)]);
    expect(served()).toEqual([id(1), id(2)]);
    expect(it.state().targets.every(({ isHealthy }) => !isHealthy)).toBe(true);
  });

  test('the upstream that stands in gets them, and gives them back', async () => {
    const set = new UpstreamSet();
    const lease = set.lease([upstream('a', [1], { failover: 'b' }), upstream('b', [2], { failover: 'a' })]);
    const a = lease.upstreams.get('a')!;
    set.setUnhealthy('a', [id(1)]);
    const standing = a.pick(request)!;
    expect(standing.id).toBe(id(2));
    expect(a.targetOf(standing)).toBe(standing);
    a.begun(standing);
    expect(lease.upstreams.get('b')!.state().targets[0]).toMatchObject({ active: 1 });
    a.ended(standing, { status: 200 }, 1);
    set.setUnhealthy('b', [id(2)]);
    expect(a.pick(request)!.id).toBe(id(1));
    set.setUnhealthy('a', []);
    expect(a.pick(request)!.id).toBe(id(1));
    await lease.release();
  });

  test('nobody gets them where there are no targets at all', () => {
    const { it } = live([1]);
    it.setTargets([]);
    expect(it.pick(request)).toBeUndefined();
  });
});

test('a target that came back gets its share little by little', () => {
  const { it, clock, served } = live([1, 2], { slowStartMs: 10_000 });
  it.setUnhealthy([id(1)]);
  it.setUnhealthy([]);
  clock.chance = 0.3;
  expect(served()).toEqual([id(2)]);
  clock.now += 4_000;
  expect(served()).toEqual([id(1), id(2)]);
  clock.chance = 0.9;
  expect(served()).toEqual([id(2)]);
  clock.now += 6_000;
  expect(served()).toEqual([id(1), id(2)]);
});

test('an upstream stays the same over a reload, and becomes another when its stand-in changes', async () => {
  const set = new UpstreamSet();
  const before = set.lease([upstream('a', [1], { failover: 'b' }), upstream('b', [2])]);
  const same = set.lease([upstream('a', [1], { failover: 'b' }), upstream('b', [2])]);
  expect(same.upstreams.get('a')).toBe(before.upstreams.get('a'));
  const other = set.lease([upstream('a', [1], { failover: 'b' }), upstream('b', [3])]);
  expect(other.upstreams.get('a')).not.toBe(before.upstreams.get('a'));
  await Promise.all([before.release(), same.release(), other.release()]);
});

test('an upstream that is changed keeps what the registry has said, unless it is another service now', async () => {
  const set = new UpstreamSet();
  const of = (service: string, more: Partial<UpstreamModel> = {}) =>
    upstream('up', [], {
      targets: { kind: 'discovery', use: 'x', config: {}, service, tags: [], scheme: 'http', pollMs: 1_000 },
      ...more,
    });
  const before = set.lease([of('orders')]);
  set.setTargets('up', targetsOf([1]));
  const changed = set.lease([of('orders', { balancer: { type: 'random' } })]);
  expect(changed.upstreams.get('up')!.pick(request)?.id).toBe(id(1));
  const other = set.lease([of('users')]);
  expect(other.upstreams.get('up')!.pick(request)).toBeUndefined();
  await Promise.all([before.release(), changed.release(), other.release()]);
});

function targetsOf(ports: readonly number[]) {
  const { targets } = upstream('up', ports);
  return targets.kind === 'static' ? targets.targets : [];
}
