import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { openPluginStore } from '../store/open-plugin-store.ts';
import { folderSource } from './folder-source.ts';
import { type PluginFiles, pluginFiles, pluginSourceContract, signal } from './plugin-source.contract.ts';
import type { WatchTiming } from './watch-folder.ts';

async function open(watch?: WatchTiming) {
  const base = mkdtempSync(join(tmpdir(), 'folder-source-'));
  const store = await openPluginStore(join(base, 'store'));
  return {
    base,
    source: folderSource({ store, base, ...(watch === undefined ? {} : { watch }) }),
    store,
    absent: './nothing',
    async publish(files: PluginFiles) {
      rmSync(join(base, 'x'), { recursive: true, force: true });
      for (const [path, content] of Object.entries(files)) {
        const file = join(base, 'x', path);
        mkdirSync(dirname(file), { recursive: true });
        if (typeof content === 'string') writeFileSync(file, content);
        else symlinkSync(content.link, file);
      }
      return './x';
    },
    async [Symbol.asyncDispose]() {
      rmSync(base, { recursive: true, force: true });
    },
  };
}

pluginSourceContract(open);

test('what editors and Git leave there is no part of the plugin', async () => {
  await using under = await open();
  const clean = await under.source.resolve(await under.publish(pluginFiles()), signal);
  const more = { '.git/HEAD': 'x', 'index.js~': 'x', '.index.js.swp': 'x', '.#index.js': { link: 'me@here' } };
  const littered = await under.source.resolve(await under.publish(pluginFiles('1.0.0', more)), signal);
  expect(littered.integrity).toBe(clean.integrity);
});

test('a folder that is far too large is refused before it is read', async () => {
  await using under = await open();
  const wish = await under.publish(pluginFiles());
  truncateSync(join(under.base, 'x/lib/deep/data.txt'), 4 * 1024 ** 3);
  await expect(under.source.resolve(wish, signal)).rejects.toMatchObject({ code: 'PLUGIN_TOO_LARGE' });
});

describe.each([
  ['by the system', { quietMs: 20 }],
  ['by looking again', { quietMs: 20, pollMs: 10 }],
])('watched %s', (_how, timing) => {
  test('a change is told once it is quiet, and nothing after the end', async () => {
    await using under = await open(timing);
    const wish = await under.publish(pluginFiles());
    const changed = vi.fn();
    const watching = under.source.watch!(wish, changed);
    // The first look of a watcher has no event of its own, so the change is made until it is seen.
    await expect
      .poll(
        () => {
          writeFileSync(join(under.base, 'x/index.js'), `// ${Math.random()}`);
          return new Promise((resolve) => setTimeout(() => resolve(changed.mock.calls.length), 60));
        },
        { timeout: 5_000 },
      )
      .toBeGreaterThan(0);
    await watching[Symbol.asyncDispose]();
    changed.mockClear();
    writeFileSync(join(under.base, 'x/index.js'), '// after the end');
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(changed).not.toHaveBeenCalled();
  });
});
