import { expect, test } from 'vitest';
import { currentEntry, previousEntry, pruned, withCurrent, withoutPlugin } from './lock-changes.ts';
import { lockEntry } from './lock-entry.fixture.ts';
import { EMPTY_LOCK } from './lock-file.ts';

const [v1, v2, v3] = [lockEntry('acme', '1.0.0'), lockEntry('acme', '2.0.0'), lockEntry('acme', '3.0.0')];
const never = () => false;
const always = () => true;

test('the row before stays for one step back', () => {
  const lock = withCurrent(withCurrent(EMPTY_LOCK, v1, never), v2, never);
  expect(currentEntry(lock, 'acme')).toEqual(v2);
  expect(previousEntry(lock, 'acme')).toEqual(v1);
  expect(lock.plugins['acme']?.versions).toEqual([v2]);
  expect(lock.serial).toBe(2);
});

test('an older version that something needs stays in the list', () => {
  const lock = withCurrent(withCurrent(EMPTY_LOCK, v1, never), v2, always);
  expect(lock.plugins['acme']).toEqual({ current: '2.0.0', versions: [v1, v2] });
});

test('there is nothing to go back to at first, nor after a removal', () => {
  const lock = withCurrent(withCurrent(EMPTY_LOCK, v1, never), v2, never);
  for (const one of [EMPTY_LOCK, withoutPlugin(lock, 'acme')])
    expect(() => previousEntry(one, 'acme')).toThrow(expect.objectContaining({ code: 'PLUGIN_NO_PREVIOUS' }));
});

test('pruning drops what nothing needs, says why the rest stays, and leaves the way back', () => {
  const all = [v1, v2, v3].reduce((lock, entry) => withCurrent(lock, entry, always), EMPTY_LOCK);
  const { lock, removed, kept } = pruned(all, ({ version }) =>
    version === '1.0.0' ? 'a workflow pins it' : undefined,
  );
  expect(removed.map(({ version }) => version)).toEqual(['2.0.0']);
  expect(kept).toEqual([{ id: 'acme', version: '1.0.0', why: 'a workflow pins it' }]);
  expect(lock.plugins['acme']?.versions).toEqual([v1, v3]);
  expect(previousEntry(lock, 'acme')).toEqual(v2);
});

test('pruning a lock without anything to drop leaves it as it is', () => {
  const lock = withCurrent(EMPTY_LOCK, v1, never);
  expect(pruned(lock, () => undefined).lock).toBe(lock);
});
