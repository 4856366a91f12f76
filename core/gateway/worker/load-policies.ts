import type { Http, Identities, Log, Meters, SharedState } from '@backplane/sdk';
import {
  type Contribution,
  type GatewayPolicy,
  type KeyValue,
  kindOf,
  type Plugin,
  type Workflows,
} from '@backplane/sdk';
import { nearest } from '../../language/source/did-you-mean.ts';
import { validate } from '../../plugins/actions/standard-schema.ts';
import { LATE, withinDeadline } from '../../plugins/lifecycle/within-deadline.ts';
import { expressionsPort } from '../../plugins/ports/expressions-port.ts';
import { shareHostModules } from '../../plugins/tiers/host-modules.ts';
import { trusted } from '../../plugins/tiers/trusted.ts';
import { checkHooks, type MadePolicy, type PolicySource } from '../chain/make-policy.ts';
import { PolicyNotes } from '../chain/policy-notes.ts';
import { RefusedSettings } from '../chain/refused-settings.ts';
import type { PolicyUse } from '../model/policy-use.ts';
import { policyMeters } from './policy-meters.ts';
import { settingProblems } from './setting-problems.ts';
import type { PolicyPlugin } from './worker-contract.ts';

/** What a worker lends to policies. */
export interface PolicyPorts {
  readonly log: Log;
  readonly shared: SharedState;
  readonly meters: Meters;
  readonly identities: Identities;
  readonly http: Http;
  kvOf(plugin: string): KeyValue;
  workflowsOf(plugin: string): Workflows;
}

const CREATE_MS = 10_000;

/** The policies of all plugins, loaded when a route first uses one. */
export class PluginPolicies implements PolicySource {
  readonly #ports: PolicyPorts;
  readonly #shared = new Set<string>();
  readonly #loaded = new Map<string, Promise<readonly GatewayPolicy[]>>();
  #plugins: ReadonlyMap<string, PolicyPlugin> = new Map();

  constructor(ports: PolicyPorts) {
    this.#ports = ports;
  }

  /** From now on policies come from these; what is in use stays until its snapshot goes. */
  setPlugins(plugins: readonly PolicyPlugin[]): void {
    const named = plugins.flatMap((plugin) => plugin.policies.map((policy) => [policy, plugin] as const));
    // Of two that bring one name the first counts.
    this.#plugins = new Map(named.toReversed());
  }

  versionOf(policy: string): string | undefined {
    const plugin = this.#plugins.get(policy);
    return plugin && `${plugin.id}@${plugin.version} ${plugin.entry}`;
  }

  async make(use: PolicyUse): Promise<MadePolicy> {
    const plugin = this.#plugins.get(use.policy);
    if (plugin === undefined)
      throw new Error(`no active plugin brings it${hint(nearest(use.policy, this.#plugins.keys()))}`);
    const policy = (await this.#load(plugin)).find(({ name }) => name === use.policy);
    if (policy === undefined) throw new Error(`the plugin ${plugin.id} brings no policy ${use.policy} after all`);
    const checked = await validate(policy.config, use.config);
    if (!checked.ok) throw new RefusedSettings(settingProblems(policy.config, use.config, checked.issues));
    const stopping = new AbortController();
    const context = {
      config: checked.value,
      log: this.#ports.log,
      signal: stopping.signal,
      now: Date.now,
      shared: this.#ports.shared,
      meters: this.#ports.meters,
      identities: this.#ports.identities,
      use: { id: use.id, ...(use.scheme !== undefined && { scheme: use.scheme }) },
      ...this.#portsFor(policy, plugin.id),
    };
    const made = await inTime(Promise.resolve().then(() => policy.create(context as never)));
    const hooks = checkHooks(policy, made as unknown as Record<string, unknown>);
    return {
      policy,
      hooks,
      notes: new PolicyNotes(policyMeters(this.#ports.meters, policy.name)),
      close: async () => {
        stopping.abort();
        await inTime(Promise.resolve((made as { close?(): Promise<void> }).close?.()));
      },
    };
  }

  #load(plugin: PolicyPlugin): Promise<readonly GatewayPolicy[]> {
    const { entry, folder } = plugin;
    const known = this.#loaded.get(entry);
    if (known !== undefined) return known;
    if (!this.#shared.has(folder)) shareHostModules([folder]);
    this.#shared.add(folder);
    const loading = trusted.load(entry).then(
      (exported) => policiesOf(exported as Plugin),
      (problem) => {
        throw new Error(`its plugin ${plugin.id} cannot be loaded: ${whereAndWhy(problem, folder)}`, {
          cause: problem,
        });
      },
    );
    this.#loaded.set(entry, loading);
    loading.catch(() => this.#loaded.delete(entry));
    return loading;
  }

  #portsFor({ uses = [] }: GatewayPolicy, plugin: string): Record<string, unknown> {
    return Object.fromEntries(
      (uses as readonly string[]).map((port) => {
        switch (port) {
          case 'http':
            return [port, this.#ports.http];
          case 'expressions':
            return [port, expressionsPort];
          case 'kv':
            return [port, this.#ports.kvOf(plugin)];
          case 'workflows':
            return [port, this.#ports.workflowsOf(plugin)];
          default:
            throw new Error(`it uses the port ${port}, which a gateway does not lend`);
        }
      }),
    );
  }
}

function hint(near: string | undefined): string {
  return near === undefined
    ? '; a plugin of your own has to be named in config/plugins.yaml, under `plugins` and under `trust`'
    : `, did you mean ${near}?`;
}

function policiesOf({ contributes }: Plugin): readonly GatewayPolicy[] {
  return contributes.filter((one: Contribution) => kindOf(one) === 'gateway-policy') as GatewayPolicy[];
}

/** Where a module cannot be read the stack begins with the line. */
function whereAndWhy(problem: unknown, folder: string): string {
  if (!(problem instanceof Error)) return String(problem);
  const place = problem.stack?.split('\n').find((line) => line.includes(folder));
  const at = place?.slice(place.indexOf(folder) + folder.length + 1).replace(/\)$/, '');
  return `${at === undefined ? '' : `${at}: `}${problem.message}`;
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const done = await withinDeadline(work, CREATE_MS);
  if (done === LATE) throw new Error(`it was not ready within ${CREATE_MS / 1000} s`);
  return done;
}
