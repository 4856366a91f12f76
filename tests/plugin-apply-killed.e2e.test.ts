import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openLockFile } from '../core/plugins/lock/lock-file.ts';
import { pluginCode } from '../core/plugins/plugin-home.fixture.ts';
import { packed } from '../core/plugins/sources/archive.fixture.ts';
import { treeIntegrity } from '../core/plugins/store/tree-integrity.ts';
import { checkout, HostHome } from './host-process.fixture.ts';

/** Times that a command is killed, and times that a host is. */
const [COMMANDS, HOSTS] = [8, 1];
const FILLER = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`data/${i}.txt`, `${i}`.repeat(2_000)]));

/** `acme` in as many versions as asked for, each an archive, and a configuration that trusts it to need no approval. */
class Home extends HostHome {
  readonly lockFile = join(this.path, 'config/plugins.lock');
  readonly store = join(this.data, 'plugins');

  want(version: string): void {
    const contributes = { actions: ['tools.acme.act'] };
    const manifest = { id: 'acme', version, host: '^0.1.0', sdk: 1, entry: './index.ts', tier: 'process', contributes };
    const code = pluginCode('acme', { run: `() => '${version}'` });
    const archive = packed({ 'plugin.json': JSON.stringify(manifest), 'index.ts': code, ...FILLER });
    writeFileSync(join(this.path, `acme-${version}.tgz`), archive);
    this.write('config/plugins.yaml', `apply: manual\nplugins: { acme: { use: "archive:./acme-${version}.tgz" } }\n`);
  }

  /** Runs `backplane plugin apply`; with a delay it is killed that long after it touched the store or the lock. */
  async apply(killAfterMs?: number): Promise<number | null> {
    const where = ['--config', join(this.path, 'config'), '--data', this.data];
    const child = spawn(process.execPath, ['core/main.ts', 'plugin', 'apply', ...where], {
      cwd: checkout,
      stdio: 'ignore',
    });
    const ended = once(child, 'exit');
    if (killAfterMs !== undefined) {
      await this.#touched(child);
      await sleep(killAfterMs);
      child.kill('SIGKILL');
    }
    return (await ended)[0] as number | null;
  }

  async #touched(child: { readonly exitCode: number | null }): Promise<void> {
    const staging = join(this.store, '.staging');
    while (child.exitCode === null && !(existsSync(staging) && readdirSync(staging).length > 0)) await sleep(2);
  }

  get version(): string | undefined {
    return openLockFile(this.lockFile).read().plugins['acme']?.current;
  }

  /** Whatever the store says is complete is complete. */
  async storeIsSound(): Promise<void> {
    const folder = join(this.store, 'acme');
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      const { integrity } = JSON.parse(readFileSync(join(folder, name, 'receipt.json'), 'utf8'));
      expect(await treeIntegrity(join(folder, name, 'package'), name)).toBe(integrity);
    }
  }

  /** Nothing half done lies around. */
  isTidy(): boolean {
    const beside = readdirSync(join(this.path, 'config')).filter((name) => name.endsWith('.new'));
    return beside.length === 0 && readdirSync(join(this.store, '.staging')).length === 0;
  }
}

test('whenever `plugin apply` is killed, the lock is the old or the new one, and the next one is not disturbed', async () => {
  await using home = new Home();
  home.want('1.0.0');
  expect(await home.apply()).toBe(0);
  let kills = 0;
  for (let round = 1; round <= COMMANDS; round++) {
    const before = home.version;
    home.want(`1.${round}.0`);
    if ((await home.apply(Math.random() * 150)) === null) kills += 1;
    expect([before, `1.${round}.0`]).toContain(home.version);
    await home.storeIsSound();
  }
  expect(kills).toBeGreaterThan(0);
  expect(await home.apply()).toBe(0);
  expect(home.version).toBe(`1.${COMMANDS}.0`);
  expect(home.isTidy()).toBe(true);
}, 60_000);

test('a host that is killed while it applies runs the old or the new version after its next start, as the lock says', async () => {
  await using home = new Home();
  home.want('1.0.0');
  await home.apply();
  for (let round = 1; round <= HOSTS; round++) {
    const host = await home.start();
    home.want(`1.${round}.0`);
    const applied = host.api('POST', '/plugins/apply', {}).catch(() => undefined);
    await sleep(Math.random() * 600);
    host.child.kill('SIGKILL');
    await Promise.all([applied, host.ended]);
    expect(['1.0.0', `1.${round}.0`]).toContain(home.version);
    await home.storeIsSound();
  }
  const host = await home.start();
  const { body } = await host.api('POST', '/actions/tools.acme.act/run', { input: {} });
  expect(body).toEqual({ result: home.version });
  expect(home.isTidy()).toBe(true);
}, 60_000);
