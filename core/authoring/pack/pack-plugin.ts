import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { openPluginBench } from '../bench/open-plugin-bench.ts';
import { type LintReport, lintProject } from '../lint/lint-plugin.ts';
import { openPluginProject, type PluginProject } from '../project/plugin-project.ts';
import { bundlePlugin } from './bundle-plugin.ts';
import { dependencyClosure, type InstalledPackage } from './dependency-closure.ts';
import { packedFiles } from './packed-files.ts';
import { PACKED_ENTRY, packedPackageJson } from './packed-package-json.ts';
import { writeArchive, writeTree } from './write-archive.ts';

export interface PackOptions {
  /** Where the archive goes; default `<id>-<version>.tgz` in the current folder. */
  readonly output?: string | undefined;
  /** `bundle`: the packages are bundled into the entry. `archive`: they go along as they are installed, for those that cannot be bundled. */
  readonly dependencies: 'bundle' | 'archive';
}

export interface Packed {
  readonly project: PluginProject;
  readonly file: string;
  /** `sha512-…` of the archive. */
  readonly integrity: string;
  readonly bytes: number;
  readonly files: readonly string[];
  readonly warnings: LintReport['findings'];
}

/**
 * Packs a plugin into an archive that a host installs without anything else: one bundled entry, the generated index, its documents. What
 * was packed is loaded once from an empty place before anybody gets it. The same plugin gives the same bytes.
 * @throws PLUGIN_LINT_FAILED, PLUGIN_BUILD_FAILED, PLUGIN_BUILD_NOT_ISOLATED, PLUGIN_DEPENDENCY_MISSING, and why the packed plugin does not load
 */
export async function packPlugin(folder: string, options: PackOptions): Promise<Packed> {
  const project = await openPluginProject(folder);
  const { manifest } = project;
  const report = await lintProject(project);
  const errors = report.findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    const problems = errors.map(
      ({ rule, message, position }) => `${position.file}:${position.line}:${position.column}: ${rule}: ${message}`,
    );
    throw raise.PLUGIN_LINT_FAILED({ id: manifest.id, problems }, { position: errors[0]!.position });
  }
  const packages = options.dependencies === 'archive' ? dependencyClosure(project) : [];
  const { code } = await bundlePlugin(project, options.dependencies === 'archive' ? { leaveOut: 'packages' } : {});
  using place = scratchFolder();
  const files = new Map<string, string | Buffer>([
    ['package.json', packedPackageJson(project, packages)],
    [PACKED_ENTRY.slice(2), code],
    ...packedFiles(project),
    ...packages.flatMap(filesOf),
  ]);
  writeTree(place.path, files);
  await loadOnce(place.path);
  const file = resolve(options.output ?? `${manifest.id}-${manifest.version}.tgz`);
  const integrity = await writeArchive(place.path, [...files.keys()], file);
  return {
    project,
    file,
    integrity,
    bytes: statSync(file).size,
    files: [...files.keys()].toSorted(),
    warnings: report.findings,
  };
}

async function loadOnce(folder: string): Promise<void> {
  await using bench = await openPluginBench({ folder });
  const { error } = bench.facts;
  if (error === undefined) return;
  const { code, message, status = 500, blame = 'plugin', retry = 'after-fix', remedy = '' } = error;
  throw new BackplaneError(code, `Packed, it does not load: ${message}`, { status, blame, retry, remedy });
}

function filesOf({ folder, place }: InstalledPackage): [string, Buffer][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((name) => !/(^|[\\/])node_modules[\\/]/.test(name))
    .map((name) => [`${place}/${name}`, readFileSync(join(folder, name))]);
}

export function scratchFolder(): Disposable & { readonly path: string } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'backplane-pack-')));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
