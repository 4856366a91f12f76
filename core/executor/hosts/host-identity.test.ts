import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { hasEnded, ownIdentity } from './host-identity.ts';

const own = ownIdentity();
const ended = spawnSync(process.execPath, ['-e', '0']).pid;

test.each([
  ['a process of this machine that is gone', { ...own, pid: ended, process: 'other' }, true],
  ['a former process with our own number', { ...own, process: 'other' }, true],
  ['one that runs', { ...own, pid: process.ppid, process: 'other' }, false],
  ['this very process', own, false],
  ['one of another machine', { machine: 'elsewhere', pid: ended, process: 'other' }, false],
])('%s', (_, other, expected) => {
  expect(hasEnded(other, own)).toBe(expected);
});
