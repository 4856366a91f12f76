import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { loadPlugins } from '../core/plugins/load-plugins.ts';
import { openLockFile } from '../core/plugins/lock/lock-file.ts';
import type { PluginHost } from '../core/plugins/plugin-host.ts';
import { readPluginsConfig } from '../core/plugins/plugins-config.ts';
import { folderSource } from '../core/plugins/sources/folder-source.ts';
import { openPluginStore } from '../core/plugins/store/open-plugin-store.ts';
import type { PluginStore } from '../core/plugins/store/plugin-store.ts';
import { createTiers } from '../core/plugins/tiers/create-tiers.ts';
import { createActionRegistry } from '../core/registry/action-registry.ts';
import { runAction } from '../core/registry/run-action.ts';
import type { ActionRegistry } from '../core/registry/runnable-action.ts';
import type { Benchmark } from './benchmark.ts';
import { type Trend, trend } from './trend.fixture.ts';

const RELOADS = Number(process.env['BENCH_RELOADS'] ?? 1000);
const WARM_UP = Math.ceil(RELOADS / 10);
const SAMPLE_EVERY = Math.max(1, Math.floor(RELOADS / 50));
const TOLD_EVERY = Math.max(1, Math.floor(RELOADS / 10));
/** Old children end beside what comes next: so many may be on their way. */
const DRAINING = 3;

const silent = { debug() {}, info() {}, warn() {}, error() {} };

interface Sample {
  readonly heapMb: number;
  readonly residentMb: number;
  readonly handles: number;
  /** Of events of the whole process. */
  readonly listeners: number;
}

interface Reloads {
  readonly reloads: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly heap: Trend;
  readonly resident: Trend;
  readonly handles: Trend;
  readonly listeners: Trend;
  readonly childrenLeft: number;
  readonly snapshotsLeft: number;
}

/** A folder is edited and its plugin exchanged a thousand times (`BENCH_RELOADS`), in each tier that can be exchanged. */
export const pluginReload: Benchmark = {
  name: 'plugin-reload',
  mustReach: `memory, handles and listeners of the host flat over ${RELOADS} reloads in each tier; one child and two snapshots left`,
  async run() {
    const tiers = { process: await reloadIn('process'), isolate: await reloadIn('isolate') };
    const all = Object.entries(tiers);
    const ratio = ({ first, last }: Trend) => last / first;
    return {
      ratios: Object.fromEntries(
        all.flatMap(([tier, { heap, resident, handles, listeners }]) => [
          [`itself after the warm-up (${tier}, heap)`, ratio(heap)],
          [`itself after the warm-up (${tier}, resident)`, ratio(resident)],
          [`itself after the warm-up (${tier}, handles)`, ratio(handles)],
          [`itself after the warm-up (${tier}, listeners)`, ratio(listeners)],
        ]),
      ),
      figures: tiers,
      reached: all.every(
        ([, { heap, resident, handles, listeners, childrenLeft, snapshotsLeft }]) =>
          ![heap, resident, handles, listeners].some(({ grows }) => grows) && childrenLeft === 1 && snapshotsLeft === 2,
      ),
    };
  },
};

async function reloadIn(tier: 'process' | 'isolate'): Promise<Reloads> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'bench-reload-')));
  const folder = join(home, 'plugins-local/bench');
  mkdirSync(folder, { recursive: true });
  const contributes = { actions: ['tools.bench.act'] };
  const manifest = { id: 'bench', version: '1.0.0', host: '*', sdk: 1, entry: './index.ts', tier, contributes };
  writeFileSync(join(folder, 'plugin.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'index.ts'), code(0));
  writeFileSync(join(home, 'plugins.yaml'), 'plugins: { bench: {} }\n');
  const readConfig = () => readPluginsConfig(join(home, 'plugins.yaml'), home, {});
  const registry = createActionRegistry();
  const store = await openPluginStore(join(home, 'store'));
  await using held = new AsyncDisposableStack();
  held.defer(() => rmSync(home, { recursive: true, force: true }));
  // Plugins keep no process alive; a host has its server for that.
  const alive = setInterval(() => {}, 60_000);
  held.defer(() => clearInterval(alive));
  const tiers = createTiers({ log: silent, onFault() {} });
  const plugins = held.use(
    await loadPlugins({
      builtinDirs: [],
      config: readConfig(),
      readConfig,
      registry,
      ports: {},
      log: silent,
      hostVersion: '0.1.0',
      lock: openLockFile(join(home, 'plugins.lock')),
      sources: new Map([['folder', folderSource({ store, base: home })]]),
      tiers: [held.use(tiers.process), held.use(tiers.isolate)],
      deadlines: { patienceMs: 60_000, loadMs: 60_000, healthMs: 60_000 },
    }),
  );
  return await measure({
    tier,
    plugins,
    registry,
    store,
    save: (n) => writeFileSync(join(folder, 'index.ts'), code(n)),
  });
}

interface Reloading {
  readonly tier: string;
  readonly plugins: PluginHost;
  readonly registry: ActionRegistry;
  readonly store: PluginStore;
  save(n: number): void;
}

async function measure({ tier, plugins, registry, store, save }: Reloading): Promise<Reloads> {
  const times: number[] = [];
  const samples: Sample[] = [];
  for (let n = 1; n <= RELOADS; n++) {
    save(n);
    const begun = performance.now();
    const [change] = await plugins.apply({ by: 'bench', only: ['bench'] });
    if (change?.outcome !== 'done') throw new Error(`reload ${n}: ${JSON.stringify(change)}`);
    times.push(performance.now() - begun);
    const answer = await runAction(registry, { name: 'tools.bench.act', input: {}, log: silent });
    if (Number(answer) !== n) throw new Error(`reload ${n} answers ${String(answer)}`);
    await until(() => children().length <= 1 + DRAINING);
    if (n > WARM_UP && n % SAMPLE_EVERY === 0) samples.push(sample());
    if (n % TOLD_EVERY === 0) tell(tier, times.slice(-TOLD_EVERY));
  }
  await until(() => children().length === 1);
  await until(async () => (await store.list('bench')).length <= 2);
  return {
    reloads: RELOADS,
    medianMs: timeOf(times, 0.5),
    p95Ms: timeOf(times, 0.95),
    heap: trend(samples.map(({ heapMb }) => heapMb)),
    resident: trend(samples.map(({ residentMb }) => residentMb)),
    handles: trend(samples.map(({ handles }) => handles)),
    listeners: trend(samples.map(({ listeners }) => listeners)),
    childrenLeft: children().length,
    snapshotsLeft: (await store.list('bench')).length,
  };
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function sample(): Sample {
  collect();
  const { heapUsed, rss } = process.memoryUsage();
  return {
    heapMb: heapUsed / 2 ** 20,
    residentMb: rss / 2 ** 20,
    handles: readdirSync('/proc/self/fd').length,
    listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
  };
}

/** Of those sorted, the one at this share. */
function timeOf(times: readonly number[], share: number): number {
  return Math.round(times.toSorted((a, b) => a - b)[Math.floor(times.length * share)]!);
}

/** Ten minutes without a word look like something that hangs. */
function tell(tier: string, times: readonly number[]): void {
  const { residentMb, heapMb, handles, listeners } = sample();
  const memory = `${residentMb.toFixed(0)} MB resident, ${heapMb.toFixed(1)} MB heap`;
  const rest = `${handles} handles, ${listeners} listeners, ${children().length} children`;
  process.stderr.write(`  ${tier}: ${times.length} more reloads of ${timeOf(times, 0.5)} ms; ${memory}, ${rest}\n`);
}

/** Processes of plugins that are still there; the shell that ends them when the host is killed is none. */
function children(): string[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && isOfPlugin(pid));
}

function isOfPlugin(pid: string): boolean {
  try {
    const [, name, parent] = /\((.*)\) \w (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return Number(parent) === process.pid && name !== 'sh';
  } catch {
    return false; // it has ended meanwhile
  }
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries++) {
    if (tries > 2_000) throw new Error('something is left over');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function code(n: number): string {
  return `import { defineAction, definePlugin } from '@backplane/sdk';
import { z } from 'zod';
const act = defineAction({ name: 'tools.bench.act', title: 'Act', summary: 'Acts.', effect: 'pure', idempotent: 'always',
  input: z.object({}), run: () => ${n} });
export default definePlugin({ id: 'bench', contributes: [act] });`;
}
