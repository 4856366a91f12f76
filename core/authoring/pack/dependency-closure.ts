import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { raise } from '../../errors/catalogue.ts';
import type { PluginProject } from '../project/plugin-project.ts';

/** One installed package that the plugin needs at run time. */
export interface InstalledPackage {
  readonly name: string;
  /** Absolute, links followed. */
  readonly folder: string;
  /** Where it has to stand in the archive: `node_modules/a`, or below the one package that needs another version of it. */
  readonly place: string;
}

/**
 * Everything that `dependencies` needs, as it is installed. Of two versions of a package the second stands below whoever needs it.
 * @throws PLUGIN_DEPENDENCY_MISSING
 */
export function dependencyClosure({ folder, manifest, packageJson }: PluginProject): InstalledPackage[] {
  const found = new Map<string, InstalledPackage>();
  const visit = (names: readonly string[], optional: readonly string[], from: string, below: string, of: string) => {
    for (const name of names) {
      const home = locate(name, from);
      if (home === undefined) {
        if (optional.includes(name)) continue;
        throw raise.PLUGIN_DEPENDENCY_MISSING({ id: manifest.id, name, of });
      }
      const top = `node_modules/${name}`;
      const place = (found.get(top)?.folder ?? home) === home ? top : `${below}${top}`;
      if (found.has(place)) continue;
      found.set(place, { name, folder: home, place });
      const pack = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as Wants;
      const extra = Object.keys(pack.optionalDependencies ?? {});
      visit([...Object.keys(pack.dependencies ?? {}), ...extra], extra, home, `${place}/`, name);
    }
  };
  const wanted = Object.keys((packageJson?.value as Wants | undefined)?.dependencies ?? {});
  visit(
    wanted.filter((name) => !name.startsWith('@backplane/sdk')),
    [],
    folder,
    '',
    manifest.id,
  );
  return [...found.values()].toSorted((a, b) => (a.place < b.place ? -1 : 1));
}

interface Wants {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

function locate(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const home = join(folder, 'node_modules', name);
    if (existsSync(join(home, 'package.json'))) return realpathSync(home);
    if (folder === dirname(folder)) return undefined;
  }
}
