import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { CHECKOUT } from '../host/checkout.ts';
import { backplane } from './backplane.fixture.ts';

test.each([
  [['evaluate'], "unknown command 'evaluate'"],
  [['eval', '1', '--stric'], 'Did you mean --strict?'],
  [['action', 'shw', 'x'], 'Did you mean show?'],
  [['run'], "missing required argument 'file'"],
  [['workflow', 'check'], "missing required argument 'path'"],
  [['run', 'x.yaml', '--input'], 'argument missing'],
  [['eval', '1', '2'], 'too many arguments'],
])('%j is wrong usage', async (args, message) => {
  const { code, stdout, stderr } = await backplane(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
});

test('help and version are no errors', async () => {
  const [help, version] = await Promise.all([backplane(['action', 'run', '--help']), backplane(['--version'])]);
  expect(help).toMatchObject({ code: 0, stderr: '' });
  expect(help.stdout).toContain('--http-fixture');
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('a reader that goes away ends the command quietly', async () => {
  const child = spawn(process.execPath, [join(CHECKOUT, 'core', 'main.ts'), 'eval', '--batch']);
  const ended = new Promise<[number | null, string | null]>((resolve) => {
    child.once('close', (code, signal) => resolve([code, signal]));
  });
  const stderr = text(child.stderr);
  child.stdin.on('error', () => {
    // The command ended, and with it the pipe.
  });
  child.stdin.write('{"template": 1}\n');
  child.stdout.once('data', () => {
    child.stdout.destroy();
    for (let line = 0; line < 1_000; line++) child.stdin.write('{"template": 1}\n');
  });
  expect(await ended).toEqual([0, null]);
  expect(await stderr).toBe('');
});
