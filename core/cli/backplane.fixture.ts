import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'vitest';
import { CHECKOUT } from '../host/checkout.ts';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Stdout as the one JSON document that it must be. */
  json(): any;
}

/** Runs the command line as a user does, to its end. Whatever happens, no stack trace may show. */
export async function backplane(
  args: readonly string[],
  input = '',
  started: (child: ChildProcess) => void = () => {},
): Promise<Ended> {
  const child = spawn(process.execPath, [join(CHECKOUT, 'core', 'main.ts'), ...args]);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.stdin.on('error', () => {
    // A command that takes no input ends before it has read any.
  });
  child.stdin.end(input);
  started(child);
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  expect(`${stdout}${stderr}`).not.toMatch(/^\s+at .*[(/]|node:internal/m);
  return { code, stdout, stderr, json: () => JSON.parse(stdout) };
}

/** A folder with these files, which goes when it is disposed; `path` gives the place of one. */
export function folderWith(files: Readonly<Record<string, string>>): Disposable & { path(name?: string): string } {
  const folder = mkdtempSync(join(tmpdir(), 'backplane-cli-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return {
    path: (name = '') => join(folder, name),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
