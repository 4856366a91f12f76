import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PROCESS_MARK } from '../store/process-mark.ts';
import { joinLock } from './join-lock.ts';
import { withCurrent } from './lock-changes.ts';
import { lockEntry } from './lock-entry.fixture.ts';
import type { PluginsLock } from './lock-entry.ts';
import { EMPTY_LOCK, openLockFile, type SharedLock } from './lock-file.ts';
import { lockText } from './lock-text.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const file = () => join(folder, 'plugins.lock');
const never = () => false;

test('what was written is read again, and nothing else lies beside it', async () => {
  const lock = withCurrent(EMPTY_LOCK, lockEntry('acme', '1.0.0'), never);
  await openLockFile(file()).replace(0, lock);
  expect(openLockFile(file()).read()).toEqual(lock);
  expect(readdirSync(folder)).toEqual(['plugins.lock']);
});

test('the same lock has the same text, whatever order it came about in', () => {
  const [a, b] = [lockEntry('acme', '1.0.0'), lockEntry('beta', '2.0.0')];
  const there = withCurrent(withCurrent(EMPTY_LOCK, a, never), b, never);
  const back = withCurrent(withCurrent(EMPTY_LOCK, b, never), a, never);
  expect(lockText(there)).toBe(lockText(back));
});

test('a lock that somebody else changed meanwhile is not overwritten', async () => {
  await openLockFile(file()).replace(0, withCurrent(EMPTY_LOCK, lockEntry('acme', '1.0.0'), never));
  const late = withCurrent(EMPTY_LOCK, lockEntry('beta', '1.0.0'), never);
  await expect(openLockFile(file()).replace(0, late)).rejects.toThrow(
    expect.objectContaining({ code: 'PLUGIN_LOCK_CONFLICT' }),
  );
  expect(Object.keys(openLockFile(file()).read().plugins)).toEqual(['acme']);
});

test.each([
  ['{ "lock": 1,', /./],
  ['{ "lock": 2, "serial": 0, "plugins": {}, "previous": {} }', /lock/],
  ['{ "lock": 1, "serial": 0, "plugins": {}, "previous": {}, "extra": 1 }', /extra/],
  [
    JSON.stringify({ ...EMPTY_LOCK, plugins: { acme: { current: '9.0.0', versions: [lockEntry('acme', '1.0.0')] } } }),
    /9\.0\.0/,
  ],
])('a lock with mistakes is refused with what is wrong: %s', (text, problem) => {
  writeFileSync(file(), text);
  expect(() => openLockFile(file()).read()).toThrow(
    expect.objectContaining({ code: 'PLUGIN_LOCK_INVALID', message: expect.stringMatching(problem) }),
  );
});

test('a lock that would not be readable again never replaces a good one', async () => {
  await openLockFile(file()).replace(0, withCurrent(EMPTY_LOCK, lockEntry('acme', '1.0.0'), never));
  const before = readFileSync(file(), 'utf8');
  const bad = withCurrent(openLockFile(file()).read(), { ...lockEntry('acme', '1.1.0'), integrity: 'none' }, never);
  await expect(openLockFile(file()).replace(1, bad)).rejects.toThrow(
    expect.objectContaining({ code: 'PLUGIN_LOCK_INVALID' }),
  );
  expect(readFileSync(file(), 'utf8')).toBe(before);
});

test('a lock that cannot be written says so', async () => {
  const lock = withCurrent(EMPTY_LOCK, lockEntry('acme', '1.0.0'), never);
  await expect(openLockFile(join(folder, 'absent', 'plugins.lock')).replace(0, lock)).rejects.toThrow(
    expect.objectContaining({ code: 'PLUGIN_LOCK_UNWRITABLE' }),
  );
});

test('what a killed process was writing is gone after the next change', async () => {
  writeFileSync(`${file()}.${PROCESS_MARK.replace(/\d+$/, '999999999')}-1.new`, '{ "lock"');
  writeFileSync(`${file()}.another1-7-1.new`, 'of another machine');
  await openLockFile(file()).replace(0, withCurrent(EMPTY_LOCK, lockEntry('acme', '1.0.0'), never));
  expect(readdirSync(folder).toSorted()).toEqual(['plugins.lock', 'plugins.lock.another1-7-1.new']);
});

/** What a database does for the hosts that share it. */
function commonLock(start?: PluginsLock): SharedLock & { readonly now: () => PluginsLock | undefined } {
  let lock = start;
  return {
    now: () => lock,
    newer: async (than) => (lock !== undefined && lock.serial > than ? lock : undefined),
    exchange: async (expected, next) => {
      if (lock !== undefined && lock.serial !== expected) return false;
      lock = next;
      return true;
    },
  };
}

test('of two hosts that change a common lock at once one wins, and the file of the other stays as it was', async () => {
  const common = commonLock(EMPTY_LOCK);
  const [one, other] = ['one.lock', 'other.lock'].map((name) => openLockFile(join(folder, name), () => common));
  const mine = withCurrent(EMPTY_LOCK, lockEntry('acme', '1.0.0'), never);
  const results = await Promise.allSettled([one!.replace(0, mine), other!.replace(0, mine)]);
  expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { code: 'PLUGIN_LOCK_CONFLICT' },
  });
  expect(readdirSync(folder)).toHaveLength(1);
});

test.each<[string, PluginsLock | undefined, string]>([
  ['none is shared yet', undefined, '1.0.0'],
  [
    'the shared one counts further',
    { ...withCurrent(EMPTY_LOCK, lockEntry('acme', '2.0.0'), never), serial: 7 },
    '2.0.0',
  ],
  ['both count the same', withCurrent(EMPTY_LOCK, lockEntry('acme', '2.0.0'), never), '2.0.0'],
  ['the file counts further', { ...EMPTY_LOCK, serial: 0 }, '1.0.0'],
])('file and shared lock become one when %s', async (_, start, winner) => {
  const own = openLockFile(file());
  await own.replace(0, withCurrent(EMPTY_LOCK, lockEntry('acme', '1.0.0'), never));
  const common = commonLock(start);
  await joinLock(own, common);
  expect(own.read().plugins['acme']?.current).toBe(winner);
  expect(common.now()).toEqual(own.read());
});
