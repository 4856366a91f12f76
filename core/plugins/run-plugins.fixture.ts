import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@backplane/sdk';
import { toErrorRecord } from '../errors/to-record.ts';
import { createActionRegistry } from '../registry/action-registry.ts';
import { runAction } from '../registry/run-action.ts';
import { createMemoryKeyValueStore } from '../storage/memory-key-value-store.ts';
import { loadPlugins } from './load-plugins.ts';
import type { Scenario } from './plugin-home.fixture.ts';
import type { PluginHost } from './plugin-host.ts';
import { readPluginsConfig } from './plugins-config.ts';

/** Boots the plugins of a home in this process and prints what became of them: `node run-plugins.fixture.ts HOME SCENARIO`. */
const [home = '', json = '{}'] = process.argv.slice(2);
const scenario = JSON.parse(json) as Scenario;

const line = (level: string) => (message: string, fields?: object) =>
  console.error(JSON.stringify({ level, message, ...fields }));
const log: Log = { debug: () => {}, info: line('info'), warn: line('warn'), error: line('error') };
const registry = createActionRegistry();

async function main(): Promise<object> {
  const read = readPluginsConfig(join(home, 'plugins.yaml'), home, process.env);
  const config = scenario.trust === false ? read : { ...read, trust: Object.keys(read.plugins) };
  const started = performance.now();
  const { builtinDirs = [], deadlines = {} } = scenario;
  const host = await loadPlugins({
    builtinDirs,
    config,
    registry,
    ports: { kv: createMemoryKeyValueStore() },
    log,
    hostVersion: '0.1.0',
    deadlines,
    onFatal: (thrown) => log.error('fatal', { thrown: String(thrown) }),
  });
  const bootMs = performance.now() - started;
  const report = { bootMs, ...(await examine(host)) };
  await host[Symbol.asyncDispose]();
  return { ...report, left: registry.list().map(({ info }) => info.name) };
}

async function examine(host: PluginHost): Promise<object> {
  const recordOf = (id: string | undefined) => host.records().find((record) => record.id === id);
  const { waitFor, waitForFaults } = scenario;
  while (waitFor !== undefined && recordOf(waitFor.id)?.state !== waitFor.state) await sleep(10);
  if (scenario.readAll) for (const { info } of registry.list()) void { ...info };
  const answers: object[] = [];
  for (const { name, args = {} } of scenario.calls ?? []) {
    const input = args as Record<string, unknown>;
    answers.push(
      await runAction(registry, { name, input, log }).then(
        (result) => ({ result }),
        (error) => ({ error: toErrorRecord(error) }),
      ),
    );
  }
  while (waitForFaults !== undefined && (recordOf(waitForFaults.id)?.faults ?? 0) < waitForFaults.faults)
    await sleep(10);
  return {
    records: host.records(),
    actions: registry.list().map(({ info }) => info.name),
    answers,
    explanations: (scenario.explain ?? []).map((id) => host.explain(id).text),
  };
}

const report = await main().catch((error) => ({
  refused: toErrorRecord(error),
  records: [],
  actions: [],
  answers: [],
  left: registry.list(),
}));
process.stdout.write(JSON.stringify(report), () => scenario.exitByItself || process.exit(0));
