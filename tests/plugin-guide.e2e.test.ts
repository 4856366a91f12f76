import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { startNpmRegistry } from './npm-registry.fixture.ts';
import { checkout } from './source-tree.fixture.ts';

const guide = readFileSync(join(checkout, 'docs', 'guides', 'write-a-plugin.md'), 'utf8');

interface Block {
  readonly file?: string | undefined;
  readonly text: string;
}

/** Files to write (`file=…`) and commands to run (`sh`), in their order. */
const blocks: readonly Block[] = [...guide.matchAll(/^```(sh|\w+ file=(\S+))\n(.*?)^```$/gms)].map(
  ([, , file, text = '']) => ({
    file,
    text,
  }),
);

test('every step of the guide works as it is printed, in an empty folder', async () => {
  await using registry = await startNpmRegistry();
  const home = mkdtempSync(join(tmpdir(), 'backplane-guide-'));
  const bin = join(home, '.bin', 'backplane');
  mkdirSync(dirname(bin));
  writeFileSync(bin, `#!/bin/sh\nexec "${process.execPath}" "${join(checkout, 'core', 'main.ts')}" "$@"\n`);
  chmodSync(bin, 0o755);
  const path = `${dirname(bin)}:${dirname(process.execPath)}:${registry.environment['PATH']}`;
  const env = { ...registry.environment, PATH: path };
  let place = home;
  let said = '';
  try {
    for (const { file, text } of blocks) {
      if (file !== undefined) {
        mkdirSync(dirname(join(place, file)), { recursive: true });
        writeFileSync(join(place, file), text);
      } else if (text.includes('plugin dev')) await tryIt(bin, place, env);
      else {
        // The place where a block ends is where the next one begins.
        const ended = spawnSync('sh', ['-e', '-c', `${text}\npwd`], { cwd: place, env, encoding: 'utf8' });
        expect([text, ended.status, ended.stderr]).toEqual([text, 0, expect.not.stringContaining('error')]);
        place = ended.stdout.trimEnd().split('\n').at(-1)!;
        said += ended.stdout;
      }
    }
    expect(blocks.length).toBeGreaterThan(12);
    expect(said).toMatch(/pass 2[\s\S]*corrected package\.json[\s\S]*0 errors[\s\S]*0 failed, 0 skipped/);
    expect(said).toContain('"greeting": "Hello, Ada!"');
    expect(said).toContain('acme 0.1.0 would be published');
    const { contributes } = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8')).backplane;
    expect(contributes.aliases).toEqual({ 'tools.acme.owner_of': 'tools.acme.look_up' });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

/** `plugin dev` runs until it is interrupted: the page is asked for, then it is. */
async function tryIt(bin: string, cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(bin, ['plugin', 'dev', '--port', '0'], { cwd, env });
  const ended = once(child, 'close');
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  await expect.poll(() => said, { timeout: 30_000 }).toContain('try it at');
  const page = await fetch(/try it at (\S+)/.exec(said)![1]!);
  expect(await page.text()).toContain('<form');
  child.kill('SIGINT');
  expect((await ended)[0]).toBe(0);
}
