import { join, resolve } from 'node:path';
import { BackplaneError, type Workflows } from '@backplane/sdk';
import { loadConfig } from '../../config/load-config.ts';
import type { GatewayProblem } from '../../gateway/files/gateway-problem.ts';
import type { GatewaySources } from '../../gateway/files/gateway-sources.ts';
import { hasGatewayFiles, readGatewaySources } from '../../gateway/files/gateway-sources.ts';
import { readPemTexts } from '../../gateway/listener/pem-texts.ts';
import { compileProblems, inSettings, isError } from '../../gateway/operations/compile-problems.ts';
import { explainRequest } from '../../gateway/operations/explain-request.ts';
import type { ExplainRequest, Explanation } from '../../gateway/operations/explanation.ts';
import { namesTwice } from '../../gateway/operations/names-twice.ts';
import { prepareConfiguration } from '../../gateway/operations/prepare-configuration.ts';
import { compileSnapshot } from '../../gateway/snapshot/compile-snapshot.ts';
import { PolicyShelf } from '../../gateway/snapshot/policy-shelf.ts';
import type { Snapshot } from '../../gateway/snapshot/snapshot.ts';
import { MemoryState } from '../../gateway/state/memory-state.ts';
import { UpstreamSet } from '../../gateway/upstreams/upstream-set.ts';
import { PluginPolicies } from '../../gateway/worker/load-policies.ts';
import { createPromMeters } from '../../gateway/worker/prom-meters.ts';
import { createHttpPort } from '../../network/http-client.ts';
import { createMemoryKeyValueStore } from '../../storage/memory-key-value-store.ts';
import { CHECKOUT } from '../checkout.ts';
import type { Workbench } from '../workbench.ts';
import { workerSettings } from './worker-settings.ts';

export interface TriedGateway {
  readonly problems: readonly GatewayProblem[];
  /** Absent where they have errors. */
  explain?(request: ExplainRequest): Explanation;
}

/** The folder of gateway files that belongs to a configuration folder. */
export function gatewayFolder(config: string | undefined): string {
  return join(config ?? resolve(CHECKOUT, 'config'), 'gateway');
}

/** The files at these paths; without any those of the configuration folder. Throws GATEWAY_SOURCE_UNREADABLE. */
export function gatewayFiles(paths: readonly string[], config: string | undefined): GatewaySources {
  if (paths.length > 0) return readGatewaySources(paths);
  const folder = gatewayFolder(config);
  return readGatewaySources(hasGatewayFiles(folder) ? [folder] : []);
}

/** What the listener could not show. Warnings: the files may lie elsewhere, on the machine of the host. */
export async function certificateProblems(config: string | undefined): Promise<readonly GatewayProblem[]> {
  const folder = config ?? resolve(CHECKOUT, 'config');
  const { listener } = workerSettings(loadConfig(folder, process.env).config, folder);
  try {
    await readPemTexts(listener);
    return [];
  } catch (problem) {
    if (!BackplaneError.is(problem)) throw problem;
    const { code, message, facts } = problem;
    const place = { file: join(folder, 'backplane.yaml'), line: 1, column: 1 };
    return [{ severity: 'warning', code, message, remedy: facts.remedy, place }];
  }
}

/** Makes a gateway of files as its workers would, in this process, without a port. Secrets that only a running host knows have stand-ins. */
export async function tryGateway(
  sources: GatewaySources,
  bench: Workbench,
  use: (tried: TriedGateway) => void | Promise<void>,
): Promise<void> {
  const prepared = await prepareConfiguration(sources, {
    environment: process.env,
    readSecret: async (name) => bench.secrets[name] ?? STORED_ELSEWHERE,
  });
  if (!prepared.runs) return use({ problems: prepared.problems });
  const { plugins } = bench;
  const twice = [
    ...namesTwice('policy', plugins.bringing('gatewayPolicies')),
    ...namesTwice('service discovery', plugins.bringing('serviceDiscoveries')),
  ];
  await using compiled = await compile(prepared.model, bench, sources);
  const { snapshot, problems } = compiled;
  const all = [...prepared.problems, ...twice, ...problems];
  await use({
    problems: all,
    ...(snapshot && !all.some(isError) && { explain: (request) => explainRequest(snapshot, request) }),
  });
}

/** Any key of any secret: what a host has stored nobody knows here. */
const STORED_ELSEWHERE: Readonly<Record<string, string>> = new Proxy(
  {},
  {
    get: () => 'a stand-in for a secret that only the host knows',
    getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: '' }),
  },
);

const none = () => Promise.reject(new Error('there are no workflows without a host'));
const NO_WORKFLOWS: Workflows = { start: none, status: none, wait: none, list: none, get: none };

interface Compiled extends AsyncDisposable {
  readonly snapshot?: Snapshot;
  readonly problems: readonly GatewayProblem[];
}

async function compile(
  model: Parameters<typeof compileSnapshot>[0],
  bench: Workbench,
  { texts }: GatewaySources,
): Promise<Compiled> {
  await using undo = new AsyncDisposableStack();
  const { log } = bench;
  const egress = { allow: [], deny: [], allowPrivateNetworks: true };
  const keyValues = createMemoryKeyValueStore();
  const policies = new PluginPolicies({
    log,
    shared: undo.use(new MemoryState()),
    meters: createPromMeters().meters,
    identities: { verify: async () => undefined },
    http: undo.use(createHttpPort({ egress, log })),
    kvOf: (plugin) => keyValues.scope(plugin),
    workflowsOf: () => NO_WORKFLOWS,
  });
  const modules = bench.plugins.bringing('gatewayPolicies');
  policies.setPlugins(modules.map(({ names, ...module }) => ({ ...module, policies: names })));
  try {
    const parts = { policies, shelf: new PolicyShelf(policies), upstreams: new UpstreamSet() };
    const snapshot = await compileSnapshot(model, parts);
    undo.defer(() => snapshot.retire(0));
    const held = undo.move();
    return { snapshot, problems: [], [Symbol.asyncDispose]: () => held.disposeAsync() };
  } catch (thrown) {
    return { problems: inSettings(compileProblems(thrown), texts), async [Symbol.asyncDispose]() {} };
  }
}
