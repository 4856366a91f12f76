import { AsyncLocalStorage } from 'node:async_hooks';
import { BackplaneError, type ErrorRecord, type Http, type Log } from '@backplane/sdk';
import { toErrorRecord } from '../../errors/to-record.ts';
import { HOST_VERSION } from '../../host/version.ts';
import { createHttpPort } from '../../network/http-client.ts';
import { capabilityLines } from '../../plugins/capabilities/asked-capabilities.ts';
import type { Capabilities } from '../../plugins/capabilities/capabilities.ts';
import { loadPlugins } from '../../plugins/load-plugins.ts';
import { entryPath } from '../../plugins/manifest/entry-path.ts';
import { readManifest } from '../../plugins/manifest/read-manifest.ts';
import { readPluginsConfig } from '../../plugins/plugins-config.ts';
import { createFixtureHttp } from '../../plugins/ports/fixture-http.ts';
import { createTiers } from '../../plugins/tiers/create-tiers.ts';
import { shareHostModules } from '../../plugins/tiers/host-modules.ts';
import type { HostCode } from '../../plugins/tiers/remote/remote-plugin.ts';
import { standingTier } from '../../plugins/tiers/standing-tier.ts';
import { trusted } from '../../plugins/tiers/trusted.ts';
import { createActionRegistry } from '../../registry/action-registry.ts';
import { runAction } from '../../registry/run-action.ts';
import { createScriptSandbox } from '../../sandbox/create-script-sandbox.ts';
import { createMemoryKeyValueStore } from '../../storage/memory-key-value-store.ts';
import type { BenchCall, BenchOrder, BenchOutcome, LogLine, SentRequest } from './bench-messages.ts';
import { describePlugin } from './describe-plugin.ts';
import type { PluginFacts } from './plugin-facts.ts';

const NOTHING_CONFIGURED = readPluginsConfig('/nonexistent/plugins.yaml', '/', {});

/** What is no fault of the plugin: other plugins are not here, and neither is a database. */
const ON_HOSTS_ALONE: readonly string[] = ['PLUGIN_REQUIRES_MISSING', 'PLUGIN_PORT_UNAVAILABLE'];

/** One plugin, loaded as a host loads it, with everything it does written down. Lives in a process of its own. */
export interface BenchHost extends AsyncDisposable {
  readonly facts: PluginFacts;
  call(order: BenchCall): Promise<BenchOutcome>;
}

/** What belongs to the call that is running. */
interface Recording {
  readonly requests: SentRequest[];
  readonly http: Http | undefined;
}

const recording = new AsyncLocalStorage<Recording>();

/** Throws the coded error of what is wrong when not even the code can be read; other refusals stand in the facts. */
export async function openBenchHost(order: BenchOrder, hostCode: HostCode = new Map()): Promise<BenchHost> {
  const { folder, config, tier: asked = 'trusted' } = order;
  const manifest = readManifest(folder);
  const { id } = manifest;
  const tier = asked === 'manifest' ? (manifest.tier ?? 'process') : asked;
  await using undo = new AsyncDisposableStack();
  const log = recordedLog();
  const network = undo.use(createHttpPort({ egress: { allow: [], deny: [], allowPrivateNetworks: true }, log }));
  const scripts = undo.use(createScriptSandbox({ log, poolSize: 1 }));
  undo.use(shareHostModules([folder]));
  const registry = createActionRegistry();
  const position = { file: folder, line: 1, column: 1 };
  const setting = {
    enabled: true,
    required: false,
    use: { from: 'folder', path: folder } as const,
    ...(asked === 'trusted' || asked === 'manifest' ? {} : { tier: asked }),
    ...(config === undefined ? {} : { config }),
    position,
    configPosition: () => position,
  };
  const { process, isolate, ...here } = createTiers({ log, onFault: () => {}, hostCode });
  const elsewhere = [undo.use(process), undo.use(isolate)];
  // This process is the plugin's alone: whatever tier it is made for, it may be tried here.
  const tiers = elsewhere.map((each) =>
    tier === 'trusted' ? { ...here.trusted, name: each.name } : standingTier(each),
  );
  // Trusted by name, so that nobody has to approve what the author asks for.
  const plugins = undo.use(
    await loadPlugins({
      builtinDirs: [],
      config: { ...NOTHING_CONFIGURED, folder, plugins: { [id]: setting }, trust: [id] },
      registry,
      ports: {
        // Asked for at the beginning of a call. What another process sends later tells nothing of the call that it belongs to.
        get http() {
          return recordedHttp(network, recording.getStore());
        },
        scripts,
        kv: createMemoryKeyValueStore(),
      },
      tiers,
      log,
      hostVersion: HOST_VERSION,
      // The machine of an author does other work, too; the parent gives up a little later.
      deadlines: { patienceMs: 15_000, loadMs: 15_000, startMs: 15_000, healthMs: 10_000 },
    }),
  );
  const problem = plugins.records().find((record) => record.id === id)?.error;
  const lacks = problem !== undefined && ON_HOSTS_ALONE.includes(problem.code) ? problem : undefined;
  const granted = capabilityLines(manifest.capabilities as Capabilities);
  const read = await readFacts(folder, manifest, lacks === undefined ? problem : undefined);
  const facts = { ...read, tier, granted, ...(lacks && { lacks }) };
  const held = undo.move();
  return {
    facts,
    call: (order) => call(order),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };

  async function call(order: BenchCall): Promise<BenchOutcome> {
    const { action: name, input, secrets = {}, httpFixture, abortAfterMs } = order;
    const begun = performance.now();
    const logs: LogLine[] = [];
    const requests: SentRequest[] = [];
    const ended = (outcome: { readonly result?: unknown; readonly error?: ErrorRecord }): BenchOutcome => ({
      id: order.id,
      ...outcome,
      logs,
      requests,
      ms: performance.now() - begun,
    });
    try {
      const http = httpFixture === undefined ? undefined : createFixtureHttp(httpFixture);
      const signal = abortAfterMs === undefined ? new AbortController().signal : abortSignal(abortAfterMs);
      const run = () => runAction(registry, { name, input, secrets, signal, log: recordedLog(logs) });
      return ended({ result: await recording.run({ requests, http }, run) });
    } catch (thrown) {
      return ended({ error: toErrorRecord(thrown) });
    }
  }
}

function abortSignal(afterMs: number): AbortSignal {
  return afterMs === 0 ? AbortSignal.abort() : AbortSignal.timeout(afterMs);
}

type CodeFacts = Omit<PluginFacts, 'tier' | 'granted'>;

async function readFacts(
  folder: string,
  manifest: ReturnType<typeof readManifest>,
  refusal: ErrorRecord | undefined,
): Promise<CodeFacts> {
  const withRefusal = (facts: CodeFacts) => (refusal === undefined ? facts : { ...facts, error: refusal });
  try {
    const exported = await trusted.load(entryPath(manifest.id, folder, manifest.entry));
    return withRefusal(await describePlugin(exported, manifest));
  } catch (thrown) {
    if (refusal === undefined || BackplaneError.is(thrown)) throw thrown;
    return {
      id: manifest.id,
      version: manifest.version,
      actions: [],
      others: [],
      index: {},
      errors: [],
      error: refusal,
    };
  }
}

/** Requests of a call go where the call says, and are written down with it. Query values may be secret and stay out. */
function recordedHttp(network: Http, call: Recording | undefined): Http {
  return {
    async send(request) {
      const begun = performance.now();
      const sent = { method: (request.method ?? 'GET').toUpperCase(), url: request.url.replace(/\?.*/s, '?…') };
      const note = (end: { readonly status?: number; readonly failed?: string }) =>
        call?.requests.push({ ...sent, ...end, ms: performance.now() - begun });
      try {
        const reply = await (call?.http ?? network).send(request);
        note({ status: reply.status });
        return reply;
      } catch (thrown) {
        note({ failed: toErrorRecord(thrown).code });
        throw thrown;
      }
    },
  };
}

function recordedLog(logs: LogLine[] = []): Log {
  const line = (level: LogLine['level']) => (message: string, fields?: object) => {
    if (logs.length < 1_000)
      logs.push({ level, message: String(message), ...(fields === undefined ? {} : { fields }) });
  };
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
}
