// `node endless-work.fixture.ts KIND`: starts work that never ends in a process of this kind, and says so once it is under way.
import { mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPluginBench } from '../authoring/bench/open-plugin-bench.ts';
import { loopingWorkers } from '../gateway/worker/looping-workers.fixture.ts';
import { pluginCode } from '../plugins/plugin-home.fixture.ts';
import { createTiers } from '../plugins/tiers/create-tiers.ts';
import { loadPlugin, logInto } from '../plugins/tiers/tier-home.fixture.ts';
import { createScriptSandbox } from '../sandbox/create-script-sandbox.ts';

export const KINDS = ['process', 'isolate', 'javascript', 'python', 'bench', 'gateway'] as const;
type Kind = (typeof KINDS)[number];

const ENDLESS = '({ input }) => { while (input.name === "on") {} return 1; }';
const SCRIPTS = {
  javascript: (turns: string) => `export function main() { while (${turns}) {} return 1; }`,
  python: (turns: string) => `def main():\n  while ${turns === 'true' ? 'True' : 'False'}: pass\n  return 1`,
};
const log = logInto([]);

/** Gives the work, which ends at once without `on`. */
async function open(kind: Kind): Promise<(on: boolean) => Promise<unknown>> {
  if (kind === 'process' || kind === 'isolate') {
    const plugin = await loadPlugin(createTiers({ log, onFault() {} })[kind], { run: ENDLESS });
    return (on) => plugin.call({ args: on ? { name: 'on' } : {} });
  }
  if (kind === 'bench') {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bench-')));
    const contributes = { actions: ['tools.acme.act'] };
    const manifest = { id: 'acme', version: '1.0.0', host: '*', sdk: 1, entry: './index.ts', contributes };
    writeFileSync(join(folder, 'plugin.json'), JSON.stringify(manifest));
    writeFileSync(join(folder, 'index.ts'), pluginCode('acme', { run: ENDLESS }));
    const bench = await openPluginBench({ folder });
    return (on) => bench.call({ action: 'tools.acme.act', input: on ? { name: 'on' } : {} });
  }
  if (kind === 'gateway') {
    const url = await loopingWorkers();
    return (on) => fetch(on ? `${url}/stuck` : url);
  }
  const sandbox = createScriptSandbox({
    log,
    poolSize: 1,
    pythonPoolSize: 1,
    limits: { wallMs: 600_000, cpuMs: 600_000 },
  });
  return (on) =>
    sandbox.run({
      tenant: 'default',
      language: kind,
      source: SCRIPTS[kind](on ? 'true' : 'false'),
      inputs: {},
      signal: new AbortController().signal,
    } as Parameters<typeof sandbox.run>[0]);
}

if (import.meta.main) {
  const work = await open(process.argv[2] as Kind);
  await work(false);
  void work(true);
  setImmediate(() => process.stdout.write('under way\n'));
  setInterval(() => {}, 60_000);
}
