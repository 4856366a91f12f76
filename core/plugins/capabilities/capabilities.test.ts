import { networkAllows } from '@backplane/sdk/host';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalCapabilities } from './canonical.ts';
import type { Capabilities } from './capabilities.ts';
import { diffCapabilities } from './diff.ts';
import { capabilityDigest } from './digest.ts';

const why = fc.constantFrom('to send', 'to read', 'because');
const host = fc.constantFrom('a.com', 'x.a.com', '*.a.com', '*.x.a.com', 'b.com:8443', '*.b.com:8443', '*');
const methods = fc.subarray(['GET', 'POST', 'DELETE'], { minLength: 1 });
const asked: fc.Arbitrary<Capabilities> = fc.record(
  {
    network: fc.array(fc.record({ host, methods, why }, { requiredKeys: ['host', 'why'] }), { maxLength: 4 }),
    connections: fc.array(fc.record({ kind: fc.constantFrom('github', 'slack'), why }), { maxLength: 2 }),
    secrets: fc.record({ why }),
    kv: fc.record({ quotaBytes: fc.constantFrom(100, 1000), why }),
    files: fc.array(
      fc.record({
        path: fc.constantFrom('.', 'a', 'a/b', './a/', '/etc'),
        access: fc.constantFrom('read', 'write'),
        why,
      }),
      { maxLength: 3 },
    ),
    events: fc.array(
      fc.record({
        topic: fc.constantFrom('*', 'a.*', 'a.b', 'c'),
        access: fc.constantFrom('publish', 'subscribe'),
        why,
      }),
      { maxLength: 3 },
    ),
    routes: fc.record({ why }),
    database: fc.record({ why }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Capabilities>;

/** Everything that either asks for. */
function both(left: Capabilities, right: Capabilities): Capabilities {
  const lists = (['network', 'connections', 'files', 'events'] as const).map((key) => [
    key,
    [...(left[key] ?? []), ...(right[key] ?? [])],
  ]);
  const kv = [left.kv, right.kv].filter((one) => one !== undefined).toSorted((a, b) => b.quotaBytes - a.quotaBytes)[0];
  return { ...left, ...right, ...Object.fromEntries(lists), ...(kv === undefined ? {} : { kv }) };
}

/** The same in another order and spelling. */
function respelled(given: Capabilities): Capabilities {
  return {
    ...Object.fromEntries(
      Object.entries(given)
        .reverse()
        .map(([key, value]) => [key, Array.isArray(value) ? value.toReversed() : value]),
    ),
    ...(given.network === undefined
      ? {}
      : {
          network: given.network.toReversed().map((rule) => ({
            ...rule,
            host: rule.host.toUpperCase(),
            ...(rule.methods === undefined
              ? {}
              : { methods: rule.methods.toReversed().map((one) => one.toLowerCase()) }),
          })),
        }),
  };
}

describe('what a plugin asks for', () => {
  test('more than before is never narrower, and never the same', () => {
    fc.assert(
      fc.property(asked, asked, (before, more) => {
        const after = both(before, more);
        const { change, removed } = diffCapabilities(before, after);
        expect(removed).toEqual([]);
        expect(change).not.toBe('narrower');
        expect(diffCapabilities(after, before).change === 'narrower').toBe(change === 'wider');
      }),
    );
  });

  test('order and case do not matter, and the digest is equal exactly when nothing but reasons differ', () => {
    fc.assert(
      fc.property(asked, asked, (left, right) => {
        expect(diffCapabilities(left, respelled(left)).change).toBe('same');
        expect(capabilityDigest(respelled(left))).toBe(capabilityDigest(left));
        const same = ['same', 'reasons'].includes(diffCapabilities(left, right).change);
        expect(capabilityDigest(left) === capabilityDigest(right)).toBe(same);
      }),
      { numRuns: 500 },
    );
  });

  test('the canonical form is its own canonical form', () => {
    fc.assert(
      fc.property(asked, (given) => {
        const once = canonicalCapabilities(given);
        expect(canonicalCapabilities(once)).toEqual(once);
      }),
    );
  });

  test('every request that is allowed after a change was allowed before, unless the change is wider', () => {
    const url = fc.constantFrom(
      'https://a.com',
      'https://x.a.com',
      'https://y.x.a.com',
      'https://b.com:8443',
      'http://a.com',
    );
    fc.assert(
      fc.property(asked, asked, url, fc.constantFrom('GET', 'PUT'), (before, after, target, method) => {
        const [was, is] = [before, after].map((given) =>
          networkAllows(canonicalCapabilities(given).network ?? [], method, new URL(target)),
        );
        if (is && !was) expect(diffCapabilities(before, after).change).toBe('wider');
      }),
    );
  });
});

const network = (...hosts: string[]): Capabilities => ({ network: hosts.map((one) => ({ host: one, why: 'x' })) });

test.each([
  ['*.a.com', 'x.a.com', true],
  ['*.a.com', 'y.x.a.com', true],
  ['*.a.com', '*.x.a.com', true],
  ['*.a.com', 'a.com', false],
  ['*.a.com', 'xa.com', false],
  ['*.a.com', 'x.a.com:8443', false],
  ['*', 'x.a.com:8443', true],
  ['A.com.', 'a.com:443', true],
  ['x.a.com', '*.a.com', false],
])('%s covers %s: %s', (wide, narrow, expected) => {
  expect(diffCapabilities(network(wide), network(narrow)).change !== 'wider').toBe(expected);
});

test('the diff names exactly what is new, host by host, with its reason', () => {
  const before: Capabilities = {
    network: [{ host: '*.a.com', methods: ['GET'], why: 'reads' }],
    kv: { quotaBytes: 100, why: 'remembers' },
  };
  const after: Capabilities = {
    network: [
      { host: 'x.a.com', methods: ['GET', 'POST'], why: 'writes' },
      { host: 'b.com', why: 'more' },
    ],
    kv: { quotaBytes: 200, why: 'remembers' },
  };
  expect(diffCapabilities(before, after)).toEqual({
    change: 'wider',
    added: [
      { capability: 'network', what: 'any method b.com', why: 'more' },
      { capability: 'network', what: 'POST x.a.com', why: 'writes' },
      { capability: 'kv', what: '200 bytes', why: 'remembers' },
    ],
    removed: [{ capability: 'network', what: 'GET *.a.com', why: 'reads' }],
    reasons: [],
  });
  expect(diffCapabilities(network('a.com'), { network: [{ host: 'a.com', why: 'y' }] })).toMatchObject({
    change: 'reasons',
    reasons: [{ what: 'any method a.com', why: 'y' }],
  });
});

test('what something wider says already is not said twice', () => {
  expect(canonicalCapabilities(network('x.a.com', '*.A.com', 'b.com', 'B.com'))).toEqual({
    network: [
      { host: '*.a.com', why: 'x' },
      { host: 'b.com', why: 'x' },
    ],
  });
  expect(canonicalCapabilities({ network: [], events: [] })).toEqual({});
});

test('plain http and other ports must be asked for', () => {
  const allowed = (rule: string, url: string) =>
    networkAllows(canonicalCapabilities(network(rule)).network!, 'get', new URL(url));
  expect(allowed('a.com', 'https://A.com./x')).toBe(true);
  expect(allowed('a.com', 'http://a.com')).toBe(false);
  expect(allowed('a.com:80', 'http://a.com')).toBe(true);
  expect(allowed('[::1]:8080', 'http://[::1]:8080')).toBe(true);
  expect(allowed('*', 'http://anything:1')).toBe(true);
});
