import { expect, test } from 'vitest';
import { silent } from './actions/invocation.fixture.ts';
import { guardAgainstFaults } from './fault-guard.ts';

function guarded() {
  const faults: unknown[] = [];
  const fatal: unknown[] = [];
  const lines: unknown[] = [];
  const plugins = {
    ownerOf: (thrown: unknown) => (String(thrown).includes('acme') ? 'acme' : undefined),
    noteFault: (id: string, problem: unknown) => faults.push([id, String(problem)]),
  };
  const before = process.listeners('uncaughtException');
  const guard = guardAgainstFaults({
    plugins,
    log: { ...silent, error: (...line) => lines.push(line) },
    fatal: (thrown) => fatal.push(thrown),
  });
  const added = process.listeners('uncaughtException').filter((listener) => !before.includes(listener));
  const rejected = process.listeners('unhandledRejection').at(-1)!;
  return {
    guard,
    faults,
    fatal,
    lines,
    throwing: (thrown: unknown) => added[0]!(thrown as Error, 'uncaughtException'),
    rejecting: (thrown: unknown) => rejected(thrown, Promise.resolve()),
  };
}

test('faults of a plugin are put down to it', () => {
  const { guard, faults, fatal, throwing, rejecting } = guarded();
  using _ = guard;
  throwing(new Error('acme timer'));
  rejecting(new Error('acme promise'));
  expect(faults).toEqual([
    ['acme', 'Error: acme timer'],
    ['acme', 'Error: acme promise'],
  ]);
  expect(fatal).toEqual([]);
});

test('a rejection that nobody caused is logged; an exception is fatal', () => {
  const { guard, fatal, lines, throwing, rejecting } = guarded();
  using _ = guard;
  rejecting('somewhere');
  expect(lines).toEqual([['a promise was rejected and nobody listened', { problem: 'threw somewhere' }]]);
  const own = new Error('host');
  throwing(own);
  expect(fatal).toEqual([own]);
});

test('the guard goes when it is disposed', () => {
  const before = process.listenerCount('unhandledRejection');
  guarded().guard[Symbol.dispose]();
  expect(process.listenerCount('unhandledRejection')).toBe(before);
});
