import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PluginStore } from '../store/plugin-store.ts';
import type { PluginSource } from './plugin-source.ts';

/** Path → content, or a symbolic link. */
export type PluginFiles = Readonly<Record<string, string | { readonly link: string }>>;

export interface SourceUnderTest extends AsyncDisposable {
  readonly source: PluginSource;
  readonly store: PluginStore;
  /** Puts a plugin where the source reads; called again, the next version of it. Gives the wish that names it. */
  publish(files: PluginFiles): Promise<string>;
  /** A wish, rightly spelled, for something that is not there. */
  readonly absent: string;
}

export const signal = new AbortController().signal;

/** A plugin whose code would be noticed if it ran. */
export function pluginFiles(version = '1.0.0', more: PluginFiles = {}): PluginFiles {
  const manifest = {
    id: 'tickets',
    version,
    host: '*',
    sdk: 1,
    entry: './index.js',
    tier: 'isolate',
    contributes: { actions: ['tools.tickets.open', 'tools.tickets.close'] },
  };
  const pack = { name: '@acme/tickets', version, type: 'module', main: 'index.js', backplane: manifest };
  return {
    'package.json': JSON.stringify({ ...pack, scripts: { install: 'touch ran', postinstall: 'touch ran' } }),
    'index.js': `globalThis.pluginRan = ${JSON.stringify(version)};\nexport default {};\n`,
    'lib/deep/data.txt': `data of ${version}`,
    ...more,
  };
}

/** What every source of plugins does. `carriesLinks`: a link can be published there at all; `takesFaulty`: a plugin with a bad manifest can. */
export function pluginSourceContract(
  open: () => Promise<SourceUnderTest>,
  { carriesLinks = true, takesFaulty = true } = {},
): void {
  const codeOf = (work: Promise<unknown>) => work.catch(({ code }: { code: string }) => code);

  test('resolves a wish to a version of this source, and stores nothing yet', async () => {
    await using under = await open();
    const candidate = await under.source.resolve(await under.publish(pluginFiles()), signal);
    expect(candidate).toMatchObject({ version: '1.0.0', origin: { from: under.source.kind } });
    expect(await under.store.list()).toEqual([]);
  });

  test('fetches the files into the store, with the row for the lock', async () => {
    await using under = await open();
    const candidate = await under.source.resolve(await under.publish(pluginFiles()), signal);
    const { artifact, entry } = await under.source.fetch(candidate, { signal });
    expect(artifact.folder.startsWith(under.store.folder)).toBe(true);
    expect(readFileSync(join(artifact.folder, 'lib/deep/data.txt'), 'utf8')).toBe('data of 1.0.0');
    expect(artifact.manifest).toMatchObject({ id: 'tickets', version: '1.0.0' });
    expect(entry).toMatchObject({
      id: 'tickets',
      version: '1.0.0',
      origin: candidate.origin,
      contributions: ['action:tools.tickets.close', 'action:tools.tickets.open'],
    });
    expect(entry.integrity).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
    await under.store.verify(artifact);
  });

  test('neither its code nor its scripts run, and nobody can write its files', async () => {
    await using under = await open();
    const candidate = await under.source.resolve(await under.publish(pluginFiles()), signal);
    const { artifact } = await under.source.fetch(candidate, { signal });
    expect(globalThis).not.toHaveProperty('pluginRan');
    expect(statSync(join(artifact.folder, 'ran'), { throwIfNoEntry: false })).toBeUndefined();
    expect(statSync(join(artifact.folder, 'index.js')).mode & 0o222).toBe(0);
  });

  test('what was fetched stands still when the source moves on', async () => {
    await using under = await open();
    const first = await under.source.fetch(
      await under.source.resolve(await under.publish(pluginFiles('1.0.0')), signal),
      { signal },
    );
    const wish = await under.publish(pluginFiles('1.1.0'));
    const second = await under.source.fetch(await under.source.resolve(wish, signal), { signal });
    expect(second.artifact.version).toBe('1.1.0');
    expect(readFileSync(join(first.artifact.folder, 'lib/deep/data.txt'), 'utf8')).toBe('data of 1.0.0');
    await under.store.verify(first.artifact);
  });

  test('fetched again, and by several at once, it is the same artifact', async () => {
    await using under = await open();
    const candidate = await under.source.resolve(await under.publish(pluginFiles()), signal);
    const all = await Promise.all([1, 2, 3].map(() => under.source.fetch(candidate, { signal })));
    const again = await under.source.fetch(candidate, { signal });
    expect(new Set([...all, again].map(({ artifact }) => artifact.folder)).size).toBe(1);
    expect(new Set([...all, again].map(({ entry }) => JSON.stringify(entry))).size).toBe(1);
  });

  test('with a row of the lock, the same bytes come back', async () => {
    await using under = await open();
    const candidate = await under.source.resolve(await under.publish(pluginFiles()), signal);
    const first = await under.source.fetch(candidate, { signal });
    const locked = { ...first.entry, capabilities: { digest: 'sha256-' } };
    const found = await under.source.fetch(candidate, { locked, signal });
    expect(found.artifact.folder).toBe(first.artifact.folder);
    await under.store.remove(first.artifact);
    const fetched = await under.source.fetch(candidate, { locked, signal });
    expect(fetched.entry).toEqual(first.entry);
  });

  test('other bytes than those of the lock are refused, and nothing is stored', async () => {
    await using under = await open();
    const candidate = await under.source.resolve(await under.publish(pluginFiles()), signal);
    const first = await under.source.fetch(candidate, { signal });
    await under.store.remove(first.artifact);
    const integrity = `sha512-${Buffer.alloc(64, 7).toString('base64')}`;
    const locked = { ...first.entry, integrity, capabilities: { digest: 'sha256-' } };
    expect(await codeOf(under.source.fetch(candidate, { locked, signal }))).toBe('PLUGIN_INTEGRITY_MISMATCH');
    expect(await under.store.list()).toEqual([]);
  });

  test('a stored file that somebody changed is found out', async () => {
    await using under = await open();
    const { chmodSync, writeFileSync } = await import('node:fs');
    const candidate = await under.source.resolve(await under.publish(pluginFiles()), signal);
    const { artifact } = await under.source.fetch(candidate, { signal });
    const file = join(artifact.folder, 'index.js');
    chmodSync(file, 0o644);
    writeFileSync(file, 'evil');
    expect(await codeOf(under.store.verify(artifact))).toBe('PLUGIN_STORE_DAMAGED');
  });

  test('what is not there is told as such', async () => {
    await using under = await open();
    expect(await codeOf(under.source.resolve(under.absent, signal))).toBe('PLUGIN_SOURCE_NOT_FOUND');
  });

  test.skipIf(!takesFaulty)('a package without a manifest, or with a bad one, leaves nothing behind', async () => {
    for (const [files, code] of [
      [{ 'package.json': '{"name":"@acme/tickets","version":"1.0.0"}' }, 'PLUGIN_MANIFEST_MISSING'],
      [
        { 'package.json': '{"name":"@acme/tickets","version":"1.0.0","backplane":{"id":"Tickets"}}' },
        'PLUGIN_MANIFEST_INVALID',
      ],
    ] as const) {
      await using under = await open();
      const wish = await under.publish(files);
      const whole = async () => under.source.fetch(await under.source.resolve(wish, signal), { signal });
      expect(await codeOf(whole())).toBe(code);
      expect(await under.store.list()).toEqual([]);
    }
  });

  test('an order to stop is followed, with a code', async () => {
    await using under = await open();
    const wish = await under.publish(pluginFiles());
    expect(await codeOf(under.source.resolve(wish, AbortSignal.abort()))).toBe('PLUGIN_SOURCE_ABORTED');
    const candidate = await under.source.resolve(wish, signal);
    const stopped = under.source.fetch(candidate, { signal: AbortSignal.abort() });
    expect(await codeOf(stopped)).toBe('PLUGIN_SOURCE_ABORTED');
    expect(await under.store.list()).toEqual([]);
  });

  test.runIf(carriesLinks)('a link out of its folder is refused', async () => {
    await using under = await open();
    const wish = await under.publish(pluginFiles('1.0.0', { 'lib/passwd': { link: '/etc/passwd' } }));
    const whole = async () => under.source.fetch(await under.source.resolve(wish, signal), { signal });
    expect(await codeOf(whole())).toBe('PLUGIN_FILE_REFUSED');
    expect(await under.store.list()).toEqual([]);
  });
}
