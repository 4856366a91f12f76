import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RequestView } from '../../exchange/request-view.ts';
import type { BalancerModel } from '../../model/upstream-model.ts';
import type { BalancedRequest, Target } from '../upstream.ts';
import { createBalancer } from './create-balancer.ts';
import { StickySessions } from './sticky-sessions.ts';

const target = (id: string, weight = 1, active = 0): Target =>
  ({ id, origin: `http://${id}`, weight, active, metadata: {}, connections: undefined }) as unknown as Target;

function request(facts: { headers?: string[]; address?: string; url?: string; scheme?: 'http' | 'https' } = {}) {
  const { headers = [], address = '10.0.0.1', url = '/', scheme = 'http' } = facts;
  const view = new RequestView({
    method: 'GET',
    url,
    rawHeaders: headers,
    clientAddress: address,
    peerAddress: address,
    scheme,
    protocol: 'http',
    hasBody: false,
  });
  return { request: view, subject: undefined };
}

const KINDS: readonly BalancerModel[] = [
  { type: 'first' },
  { type: 'random' },
  { type: 'round-robin' },
  { type: 'weighted' },
  { type: 'least-connections' },
  { type: 'power-of-two' },
  { type: 'consistent-hash', by: 'address' },
  { type: 'sticky-cookie', cookie: 'at', ttlMs: 0, ocelot: false },
  { type: 'sticky-cookie', cookie: 'at', ttlMs: 60_000, ocelot: true },
];
const open = (model: BalancerModel, sessions = new StickySessions()) => createBalancer(model, sessions, seeded());

/** Chance that is the same in every run. */
function seeded(): () => number {
  let state = 42;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}

const some = (prefix: string, count: number) => Array.from({ length: count }, (_, at) => target(`${prefix}${at}`));
function counted(picked: readonly Target[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { id } of picked) counts[id] = (counts[id] ?? 0) + 1;
  return counts;
}

describe.each(KINDS.map((model) => [JSON.stringify(model), model] as const))('%s', (_, model) => {
  test('picks one that is there, whoever was there before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat(9), { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 10 }),
        (lists) => {
          const balancer = open(model);
          for (const list of lists) {
            const targets = [...new Set(list)].map((id) => target(`t${id}`, 1 + (id % 3), id));
            for (let at = 0; at < 5; at += 1)
              expect(targets).toContain(balancer.pick(targets, request({ address: `10.0.0.${at}` })));
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  if (model.type !== 'first') {
    test('leaves none of equal targets out when many callers come', () => {
      const targets = some('t', 8);
      const balancer = open(model);
      const picked = Array.from({ length: 800 }, (_unused, at) =>
        balancer.pick(targets, request({ address: `10.0.${at >> 8}.${at & 255}`, headers: ['cookie', `at=c${at}`] })),
      );
      for (const { id } of targets) expect(counted(picked)[id]).toBeGreaterThan(60);
    });
  }
});

test('round robin and weighted give each its exact share, evenly spread', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }), (weights) => {
      const targets = weights.map((weight, at) => target(`t${at}`, weight));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const balancer = open({ type: 'weighted' });
      const picked = Array.from({ length: total }, () => balancer.pick(targets, request()).id);
      expect(targets.map(({ id }) => picked.filter((other) => other === id).length)).toEqual(weights);
    }),
  );
  const [a, b, c] = [target('a', 5), target('b'), target('c')] as const;
  const smooth = open({ type: 'weighted' });
  expect(Array.from({ length: 7 }, () => smooth.pick([a, b, c], request()).id).join('')).toBe('aabacaa');
});

test.each([
  'least-connections',
  'power-of-two',
] as const)('%s prefers the target with less to do for its weight', (type) => {
  const busy = target('busy', 1, 5);
  const idle = target('idle', 1, 1);
  expect(open({ type }).pick([busy, idle], request())).toBe(idle);
  const strong = target('strong', 10, 8);
  expect(open({ type }).pick([busy, strong], request())).toBe(strong);
});

test('a consistent hash moves only the keys of the target that goes, and to a new one only its share', () => {
  const targets = some('10.0.0.', 20);
  const balancer = open({ type: 'consistent-hash', by: 'header:x-user' });
  const placed = (among: readonly Target[]) =>
    Array.from({ length: 2_000 }, (_, at) => balancer.pick(among, request({ headers: ['X-User', `u${at}`] })).id);
  const before = placed(targets);
  const after = placed(targets.slice(1));
  expect(before.filter((id, at) => id !== '10.0.0.0' && id !== after[at])).toEqual([]);
  const grown = placed([...targets, target('10.0.0.20')]);
  const moved = before.filter((id, at) => id !== grown[at]).length;
  expect(moved).toBeGreaterThan(2_000 / 21 / 2);
  expect(moved).toBeLessThan((2_000 / 21) * 2);
});

test('a consistent hash gives shares by weight', () => {
  const balancer = open({ type: 'consistent-hash', by: 'address' });
  const targets = [target('a', 3), target('b', 1)];
  const picked = Array.from({ length: 2_000 }, (_, at) => balancer.pick(targets, request({ address: `a${at}` })));
  expect(counted(picked)['a']! / 2_000).toBeCloseTo(0.75, 1);
});

test.each([
  ['path', { url: '/a%20b?x=1' }, { url: '/a%20b?x=2' }],
  ['query:id', { url: '/a?id=7' }, { url: '/b?id=7' }],
  ['cookie:at', { headers: ['cookie', 'at=7; x=1'] }, { headers: ['cookie', 'x=2; at=7'] }],
  ['header:X-User', { headers: ['x-user', '7'] }, { headers: ['X-USER', '7'] }],
] as const)('the key %s decides, not the address', (by, one, other) => {
  const targets = some('t', 64);
  const balancer = open({ type: 'consistent-hash', by });
  const at = (facts: object, address: string) => balancer.pick(targets, request({ ...facts, address }));
  expect(at(one, '10.0.0.1')).toBe(at(other, '10.9.9.9'));
});

test('a caller without the key counts by the address, so that not all go to one target', () => {
  const targets = some('t', 8);
  const balancer = open({ type: 'consistent-hash', by: 'header:x-user' });
  const picked = Array.from({ length: 100 }, (_, at) => balancer.pick(targets, request({ address: `10.0.0.${at}` })));
  expect(Object.keys(counted(picked)).length).toBeGreaterThan(4);
});

describe('the sticky cookie', () => {
  const targets = some('10.0.0.', 4);
  const cookieOf = (header: string) => header.split(';')[0]!;
  const sticky = (ttlMs = 0) => open({ type: 'sticky-cookie', cookie: 'at', ttlMs, ocelot: false });

  test('leads back to the target that set it, in another worker too, and says nothing of its address', () => {
    const first = sticky();
    const chosen = first.pick(targets, request());
    const cookie = first.cookieFor!(request(), chosen)!;
    expect(cookie).toMatch(/^at=[a-z0-9]+; Path=\/; HttpOnly; SameSite=Lax$/);
    const other = sticky();
    for (let at = 0; at < 5; at += 1)
      expect(other.pick(targets, request({ headers: ['cookie', cookieOf(cookie)] }))).toBe(chosen);
  });

  test('is set once, and again when the target has gone', () => {
    const balancer = sticky();
    const chosen = balancer.pick(targets, request());
    const back = request({ headers: ['cookie', cookieOf(balancer.cookieFor!(request(), chosen)!)] });
    expect(balancer.cookieFor!(back, chosen)).toBeUndefined();
    const others = targets.filter((one) => one !== chosen);
    const next = balancer.pick(others, back);
    expect(balancer.cookieFor!(back, next)).toMatch(/^at=/);
  });

  test('with a time goes on as long as the caller comes back, and is for TLS alone over TLS', () => {
    const balancer = sticky(90_000);
    const over = { scheme: 'https' as const };
    const chosen = balancer.pick(targets, request(over));
    const back = request({ ...over, headers: ['cookie', cookieOf(balancer.cookieFor!(request(over), chosen)!)] });
    expect(balancer.cookieFor!(back, chosen)).toMatch(/; Max-Age=90; HttpOnly; SameSite=Lax; Secure$/);
  });
});

describe('sticky sessions of Ocelot', () => {
  const model = { type: 'sticky-cookie', cookie: 'sid', ttlMs: 1_000, ocelot: true } as const;
  const withCookie = (value: string): BalancedRequest => request({ headers: ['cookie', `sid=${value}`] });

  test('are shared by all upstreams with the same cookie name, and stay when targets are added', () => {
    const sessions = new StickySessions();
    const [one, other] = [open(model, sessions), open(model, sessions)];
    const few = some('t', 2);
    const many = [...few, ...some('u', 30)];
    for (let at = 0; at < 20; at += 1) {
      const chosen = one.pick(few, withCookie(`s${at}`));
      expect(other.pick(many, withCookie(`s${at}`))).toBe(chosen);
    }
  });

  test('end when they have not been used for their time', () => {
    let now = 0;
    const sessions = new StickySessions(() => now);
    sessions.keep('k', 'a', 1_000);
    now = 900;
    expect(sessions.get('k')).toBe('a');
    sessions.keep('k', 'a', 1_000);
    now = 1_800;
    expect(sessions.get('k')).toBe('a');
    now = 1_900;
    expect(sessions.get('k')).toBeUndefined();
  });

  test('callers without the cookie share one, and no cookie is set', () => {
    const balancer = open(model);
    const targets = some('t', 8);
    const picked = Array.from({ length: 20 }, (_, at) => balancer.pick(targets, request({ address: `10.0.0.${at}` })));
    expect(Object.keys(counted(picked))).toHaveLength(1);
    expect(balancer.cookieFor).toBeUndefined();
  });
});
