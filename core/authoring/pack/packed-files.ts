import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pageFolders } from '../project/page-folders.ts';
import type { PluginProject } from '../project/plugin-project.ts';
import { RELEASED } from '../project/released.ts';

/** What serves the work on a plugin and not its use. */
const LEFT_OUT = new Set([
  'node_modules',
  'dist',
  'fixtures',
  'coverage',
  'secrets.local.json',
  'package.json',
  'plugin.json',
  'package-lock.json',
  'AGENTS.md',
  RELEASED,
]);
const LEFT_OUT_NAME = /^\.|^tsconfig.*\.json$|\.tgz$|(?<!\.d)\.[cm]?[jt]sx?$|\.d\.[cm]?ts$/;

/**
 * The plugin's files besides its code: documents, templates, the folders of pages with their scripts; and whatever `files` of package.json names. Path → content, sorted.
 * Symbolic links are left out: they could lead anywhere.
 */
export function packedFiles({ folder, packageJson, facts }: PluginProject): Map<string, Buffer> {
  const named: readonly string[] = (packageJson?.value['files'] ?? []).map((name: unknown) =>
    String(name).replace(/^\.\/|\/$/g, ''),
  );
  const isNamed = (path: string) =>
    [...named, ...pageFolders(facts)].some((name) => path === name || path.startsWith(`${name}/`));
  const found = new Map<string, Buffer>();
  const walk = (below: string) => {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (below === '' && LEFT_OUT.has(entry.name)) continue;
      if (entry.isDirectory() && (!entry.name.startsWith('.') || isNamed(path)) && entry.name !== 'node_modules')
        walk(path);
      else if (entry.isFile() && (isNamed(path) || !LEFT_OUT_NAME.test(entry.name)))
        found.set(path, readFileSync(join(folder, path)));
    }
  };
  walk('');
  return new Map([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
