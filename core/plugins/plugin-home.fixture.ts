import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ErrorRecord } from '@backplane/sdk';
import type { PluginRecord } from './lifecycle/plugin-record.ts';
import type { PluginDeadlines } from './lifecycle/plugin-settings.ts';

const DRIVER = fileURLToPath(new URL('run-plugins.fixture.ts', import.meta.url));

/** What the driver is told to do with a home. */
export interface Scenario {
  readonly builtinDirs?: readonly string[];
  readonly deadlines?: Partial<PluginDeadlines>;
  readonly calls?: readonly { readonly name: string; readonly args?: object }[];
  readonly explain?: readonly string[];
  /** Reads the details of every action, which loads the code behind it. */
  readonly readAll?: boolean;
  /** The process is not told to exit: it does so when nothing is left to do. */
  readonly exitByItself?: boolean;
  /** False: as plugins.yaml says. Otherwise every plugin that it names may run in the host process. */
  readonly trust?: boolean;
  /** Waits until the plugin has this state. */
  readonly waitFor?: { readonly id: string; readonly state: string };
  /** Waits until the plugin's record shows so many faults. */
  readonly waitForFaults?: { readonly id: string; readonly faults: number };
}

export interface Report {
  readonly records: readonly PluginRecord[];
  readonly actions: readonly string[];
  readonly answers: readonly { readonly result?: unknown; readonly error?: ErrorRecord }[];
  readonly explanations: readonly string[];
  readonly bootMs: number;
  readonly refused?: ErrorRecord;
  /** Action names left in the registry after the host was stopped. */
  readonly left: readonly string[];
  readonly stderr: string;
  readonly code: number | null;
}

/** A folder outside the checkout with `plugins.yaml` and a plugin folder. */
export class PluginHome implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'plugin-home-'));

  write(name: string, text: string): this {
    const file = join(this.path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return this;
  }

  /** A plugin with a manifest that fits, unless `manifest` says otherwise. */
  plugin(id: string, code: string, manifest: object = {}): this {
    const usual = {
      id,
      version: '1.0.0',
      host: '^0.1.0',
      sdk: 1,
      entry: './index.ts',
      tier: 'trusted',
      contributes: { actions: [`tools.${id}.act`.replaceAll('-', '_')] },
    };
    this.write(`plugins-local/${id}/plugin.json`, JSON.stringify({ ...usual, ...manifest }, null, 2));
    return this.write(`plugins-local/${id}/index.ts`, code);
  }

  /** Runs the scenario in a process of its own, as the host does: source as it stands, no bundler in between. */
  run(scenario: Scenario = {}): Promise<Report> {
    return new Promise((resolve, reject) => {
      const args = ['--disable-warning=ExperimentalWarning', DRIVER, this.path, JSON.stringify(scenario)];
      execFile(process.execPath, args, { timeout: 30_000 }, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
        if (stdout === '') reject(new Error(`the driver said nothing (exit ${code}): ${stderr}`));
        else resolve({ ...JSON.parse(stdout), stderr, code });
      });
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** The code of a plugin with one action, `tools.<id>.act`. Other parts can be put in. */
export function pluginCode(
  id: string,
  parts: { readonly run?: string; readonly before?: string; readonly spec?: string; readonly plugin?: string } = {},
): string {
  const { run = "() => 'done'", before = '', spec = '', plugin = '' } = parts;
  return `
import { defineAction, definePlugin } from '@backplane/sdk';
import { z } from 'zod';
${before}
interface Unused { readonly typescript: true }
const act = defineAction({
  name: 'tools.${id.replaceAll('-', '_')}.act', title: 'Act', summary: 'Acts.', effect: 'pure', idempotent: 'always',
  input: z.object({ name: z.string().optional() }), ${spec}
  run: ${run},
});
export default definePlugin({ id: '${id}', contributes: [act], ${plugin} });
`;
}
