import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withCurrent } from './lock-changes.ts';
import { lockEntry } from './lock-entry.fixture.ts';
import { EMPTY_LOCK, openLockFile } from './lock-file.ts';
import { lockText } from './lock-text.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const file = () => join(folder, 'plugins.lock');
const never = () => false;

test('what was written is read again, and nothing else lies beside it', () => {
  const lock = withCurrent(EMPTY_LOCK, lockEntry('acme', '1.0.0'), never);
  openLockFile(file()).replace(0, lock);
  expect(openLockFile(file()).read()).toEqual(lock);
  expect(readdirSync(folder)).toEqual(['plugins.lock']);
});

test('the same lock has the same text, whatever order it came about in', () => {
  const [a, b] = [lockEntry('acme', '1.0.0'), lockEntry('beta', '2.0.0')];
  const there = withCurrent(withCurrent(EMPTY_LOCK, a, never), b, never);
  const back = withCurrent(withCurrent(EMPTY_LOCK, b, never), a, never);
  expect(lockText(there)).toBe(lockText(back));
});

test('a lock that somebody else changed meanwhile is not overwritten', () => {
  openLockFile(file()).replace(0, withCurrent(EMPTY_LOCK, lockEntry('acme', '1.0.0'), never));
  const late = withCurrent(EMPTY_LOCK, lockEntry('beta', '1.0.0'), never);
  expect(() => openLockFile(file()).replace(0, late)).toThrow(
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

test('a lock that would not be readable again never replaces a good one', () => {
  openLockFile(file()).replace(0, withCurrent(EMPTY_LOCK, lockEntry('acme', '1.0.0'), never));
  const before = readFileSync(file(), 'utf8');
  const bad = withCurrent(openLockFile(file()).read(), { ...lockEntry('acme', '1.1.0'), integrity: 'none' }, never);
  expect(() => openLockFile(file()).replace(1, bad)).toThrow(expect.objectContaining({ code: 'PLUGIN_LOCK_INVALID' }));
  expect(readFileSync(file(), 'utf8')).toBe(before);
});

test('a lock that cannot be written says so and leaves nothing behind', () => {
  mkdirSync(`${file()}.${process.pid}.new`);
  const lock = withCurrent(EMPTY_LOCK, lockEntry('acme', '1.0.0'), never);
  expect(() => openLockFile(join(folder, 'absent', 'plugins.lock')).replace(0, lock)).toThrow(
    expect.objectContaining({ code: 'PLUGIN_LOCK_UNWRITABLE' }),
  );
});
