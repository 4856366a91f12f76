import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { raise } from '../../../errors/catalogue.ts';
import { nearest } from '../../../language/source/did-you-mean.ts';
import { readManifest } from '../../manifest/read-manifest.ts';
import type { PluginStore } from '../../store/plugin-store.ts';
import { bytesIntegrity, treeIntegrity } from '../../store/tree-integrity.ts';
import { checkIntegrity, checkLocked, fetchedPlugin, stoppable } from '../fetched-plugin.ts';
import type { PluginSource } from '../plugin-source.ts';
import type { Checkout } from './check-out.ts';
import type { FoundPlugin } from './contents/found-plugin.ts';
import type { Side } from './diff/source-difference.ts';
import type { GitSource } from './git-source.ts';
import type { GitSources } from './git-sources.ts';

export interface GitPluginSourceOptions {
  readonly store: PluginStore;
  find(id: string): GitSource;
  readonly onChange: GitSources['onChange'];
}

/** `git:<source>/<path>`: the plugin at this path of the current commit; `git:<source>`: the plugin at its root, else its templates. */
export function gitPluginSource({ store, find, onChange }: GitPluginSourceOptions): PluginSource {
  return {
    kind: 'git',
    resolve: (wish, signal) =>
      stoppable(`git:${wish}`, signal, async () => {
        const { source, path } = parts(wish);
        const side = await find(source).side(undefined, signal);
        const { id, version } = pluginAt(source, path, side);
        const { commit } = side.commit;
        return { id, version, origin: { from: 'git', source, url: find(source).setting.url.text, commit, path } };
      }),
    fetch({ origin, version }, { locked, signal }) {
      if (origin.from !== 'git') throw new TypeError(`a candidate from ${origin.from} is not for the Git source`);
      const { source, commit, path } = origin;
      const wish = `git:${source}${path === '' ? '' : `/${path}`}`;
      return stoppable(wish, signal, async () => {
        checkLocked(version, locked);
        // What was let in once and still has the same bytes needs no server, and no second look at its signature.
        const known = locked === undefined ? undefined : await store.find(locked.integrity, locked.id);
        if (known !== undefined) return fetchedPlugin(known, origin, known.integrity, locked!);
        const side = await find(source).side(commit, signal);
        const plugin = pluginAt(source, path, side);
        const what = `${wish} at ${commit.slice(0, 12)}`;
        const fill = async (folder: string) => {
          await copyInto(folder, plugin, side.checkout);
          if (locked !== undefined) checkIntegrity(what, await treeIntegrity(folder, what), locked.integrity);
        };
        const { subdir } = find(source).setting;
        const name = bytesIntegrity(Buffer.from(JSON.stringify([plugin.kind, commit, subdir, path])));
        const artifact = (await store.find(name, plugin.id)) ?? (await store.add(fill, { what, source: name, signal }));
        const { signer } = side.commit;
        const signature =
          signer === undefined
            ? ({ state: 'unchecked' } as const)
            : ({ state: 'verified', by: `${signer.name} (${signer.key})` } as const);
        return fetchedPlugin(artifact, origin, artifact.integrity, { signature, provenance: { state: 'absent' } });
      });
    },
    watch(wish, changed) {
      const { source } = parts(wish);
      const listening = onChange((id) => id === source && changed());
      return { [Symbol.asyncDispose]: async () => listening[Symbol.dispose]() };
    },
  };
}

function parts(wish: string): { readonly source: string; readonly path: string } {
  const [source = '', ...rest] = wish.split('/');
  return { source, path: rest.join('/').replace(/\/+$/, '') };
}

/** Throws PLUGIN_SOURCE_NOT_FOUND, or what is wrong with the manifest there. */
function pluginAt(source: string, path: string, { contents, checkout }: Side): FoundPlugin {
  const found = contents.plugins.filter((plugin) => plugin.path === path);
  const plugin = found.find(({ kind }) => kind === 'plugin') ?? found[0];
  if (plugin !== undefined) return plugin;
  const prefix = path === '' ? '' : `${path}/`;
  if (checkout.files.some((file) => file.path.startsWith(prefix))) {
    const { id } = readManifest(join(checkout.folder, path));
    const places = contents.plugins.filter((one) => one.id === id).map((one) => one.path || 'the root');
    throw raise.GIT_CONTENT_CLASH({
      source,
      commit: checkout.commit,
      name: id,
      places: [path || 'the root', ...places],
    });
  }
  const paths = contents.plugins.map((one) => one.path).filter((one) => one !== '');
  const near = nearest(path, paths);
  const known = paths.length === 0 ? 'it has no folder with a manifest' : `known are ${paths.join(', ')}`;
  const where = `commit ${checkout.commit.slice(0, 12)} has no such folder; ${near === undefined ? known : `did you mean \`${near}\`?`}`;
  throw raise.PLUGIN_SOURCE_NOT_FOUND({ wish: `git:${source}/${path}`, where });
}

/** Only what belongs to the plugin. The templates get the manifest that nobody wrote for them. */
async function copyInto(
  folder: string,
  { kind, path, files, manifest }: FoundPlugin,
  checkout: Checkout,
): Promise<void> {
  const prefix = kind === 'plugin' && path !== '' ? `${path}/` : '';
  for (const file of files) {
    const target = join(folder, file.slice(prefix.length));
    await mkdir(dirname(target), { recursive: true });
    await copyFile(join(checkout.folder, file), target);
  }
  if (kind === 'templates') await writeFile(join(folder, 'plugin.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
}
