import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { raise } from '../../errors/catalogue.ts';
import { RELEASED, released } from '../project/released.ts';
import { type Packed, packPlugin, scratchFolder } from './pack-plugin.ts';

export interface PublishOptions {
  readonly registry?: string | undefined;
  /** The dist-tag; npm's default is `latest`. */
  readonly tag?: string | undefined;
  readonly access?: string | undefined;
  readonly provenance?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
}

/**
 * Packs a plugin and publishes the archive with the `npm` client, which knows registries, scopes, logins and provenance. Afterwards
 * `released.json` holds what workflows may rely on from now on. Throws what packing throws, and PLUGIN_PUBLISH_FAILED.
 */
export async function publishPlugin(folder: string, options: PublishOptions): Promise<Packed> {
  using place = scratchFolder();
  const packed = await packPlugin(folder, { output: join(place.path, 'plugin.tgz'), dependencies: 'bundle' });
  const { project } = packed;
  const { id, version } = project.manifest;
  const outcome = await npm(project.folder, ['publish', packed.file, ...flags(options)]);
  if (outcome.code !== 0) throw raise.PLUGIN_PUBLISH_FAILED({ id, version, problem: problemIn(outcome.stderr) });
  if (options.dryRun !== true && project.facts !== undefined)
    writeFileSync(join(project.folder, RELEASED), `${JSON.stringify(released(project.facts), null, 2)}\n`);
  return packed;
}

function flags({ registry, tag, access, provenance, dryRun }: PublishOptions): string[] {
  return [
    ...(registry === undefined ? [] : ['--registry', registry]),
    ...(tag === undefined ? [] : ['--tag', tag]),
    ...(access === undefined ? [] : ['--access', access]),
    ...(provenance === true ? ['--provenance'] : []),
    ...(dryRun === true ? ['--dry-run'] : []),
  ];
}

/** In the plugin's folder, so that its `.npmrc` counts. */
async function npm(cwd: string, args: readonly string[]): Promise<{ readonly code: number; readonly stderr: string }> {
  const windows = process.platform === 'win32';
  const child = spawn(windows ? 'npm.cmd' : 'npm', args, { cwd, stdio: ['ignore', 'ignore', 'pipe'], shell: windows });
  const code = new Promise<number>((resolve) => {
    child.once('error', () => resolve(127));
    child.once('close', (status) => resolve(status ?? 1));
  });
  const [status, stderr] = await Promise.all([code, text(child.stderr)]);
  return { code: status, stderr: status === 127 ? 'npm error the client `npm` was not found' : stderr };
}

function problemIn(stderr: string): string {
  const lines = stderr
    .split('\n')
    .filter((line) => /^npm (error|ERR!)/.test(line) && !/complete log/.test(line))
    .map((line) => line.replace(/^npm (error|ERR!)\s*/, '').replace(/^code /, ''))
    .filter((line) => line !== '');
  return lines.join(' ').slice(0, 600) || 'npm said nothing';
}
