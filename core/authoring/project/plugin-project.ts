import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorRecord } from '@backplane/sdk';
import { toErrorRecord } from '../../errors/to-record.ts';
import { parseYaml } from '../../language/source/parse-yaml.ts';
import type { DataPath } from '../../language/source/yaml-source.ts';
import { isRecord } from '../../language/values/is-record.ts';
import type { Manifest } from '../../plugins/manifest/manifest-schema.ts';
import { readManifest } from '../../plugins/manifest/read-manifest.ts';
import { openPluginBench } from '../bench/open-plugin-bench.ts';
import type { PluginFacts } from '../bench/plugin-facts.ts';
import { pageFolders } from './page-folders.ts';
import { readSourceModule, type SourceModule } from './source-module.ts';

/** A JSON file of a plugin, as written. */
export interface JsonFile {
  readonly file: string;
  readonly text: string;
  readonly value: Readonly<Record<string, any>>;
  positionOf(path: DataPath): { readonly file: string; readonly line: number; readonly column: number };
}

/** The folder of a plugin as its author has it. */
export interface PluginProject {
  /** Absolute, links followed. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** Where the manifest stands: `plugin.json`, or `package.json` with the path `['backplane']`. */
  readonly manifestFile: JsonFile;
  readonly manifestPath: DataPath;
  /** As written, before defaults. */
  readonly rawManifest: Readonly<Record<string, any>>;
  readonly packageJson?: JsonFile;
  readonly sources: readonly SourceModule[];
  /** Absent: the code cannot be loaded; then `loadError` says why. */
  readonly facts?: PluginFacts;
  readonly loadError?: ErrorRecord;
  /** Text of a file of the folder; undefined when there is none. */
  read(name: string): string | undefined;
}

const NOT_SOURCE = new Set(['node_modules', 'dist', '.git', 'fixtures', 'coverage']);

/** Reads a plugin's folder and runs its code once, in a process of its own. Throws what `readManifest` throws. */
export async function openPluginProject(folder: string): Promise<PluginProject> {
  readManifest(folder);
  return readPluginProject(folder, await load(folder));
}

/** Reads a plugin's folder; what its code says is known already. Throws what `readManifest` throws. */
export function readPluginProject(given: string, loaded: Pick<PluginProject, 'facts' | 'loadError'>): PluginProject {
  const manifest = readManifest(given);
  const folder = realpathSync(given);
  const own = readJsonFile(join(folder, 'plugin.json'));
  const packageJson = readJsonFile(join(folder, 'package.json'));
  const manifestFile = own ?? packageJson!;
  const pages = pageFolders(loaded.facts);
  const manifestPath = own === undefined ? ['backplane'] : [];
  return {
    folder,
    manifest,
    manifestFile,
    manifestPath,
    rawManifest: own === undefined ? manifestFile.value['backplane'] : manifestFile.value,
    ...(packageJson === undefined ? {} : { packageJson }),
    sources: sourceFiles(folder)
      .filter((path) => !pages.some((page) => path.startsWith(`${page}/`)))
      .map((path) => {
        const file = join(folder, path);
        return readSourceModule(path, file, readFileSync(file, 'utf8'));
      }),
    ...loaded,
    read: (name) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : undefined),
  };
}

async function load(folder: string): Promise<Pick<PluginProject, 'facts' | 'loadError'>> {
  try {
    await using bench = await openPluginBench({ folder });
    const { facts } = bench;
    return { facts, ...(facts.error === undefined ? {} : { loadError: facts.error }) };
  } catch (thrown) {
    return { loadError: toErrorRecord(thrown) };
  }
}

function sourceFiles(folder: string, below = ''): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) return NOT_SOURCE.has(entry.name) ? [] : sourceFiles(folder, path);
      return entry.isFile() && /(?<!\.d)\.[cm]?[jt]s$/.test(entry.name) ? [path] : [];
    });
}

function readJsonFile(file: string): JsonFile | undefined {
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8');
  const value: unknown = JSON.parse(text);
  const source = parseYaml(text, file);
  return {
    file,
    text,
    value: isRecord(value) ? (value as Record<string, any>) : {},
    positionOf: (path) => ({ file, ...lineAndColumn(source.positionOf(path)) }),
  };
}

function lineAndColumn({ line, column }: { readonly line: number; readonly column: number }) {
  return { line, column };
}
