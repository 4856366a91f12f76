import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TAG } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { createActionRegistry } from '../../registry/action-registry.ts';
import { adoptPlugin } from '../adopt-plugin.ts';
import type { CrashPolicy } from '../lifecycle/crash-counter.ts';
import type { PluginEvent } from '../lifecycle/plugin-life.ts';
import { loadPlugins } from '../load-plugins.ts';
import { type LockFile, openLockFile, type SharedLock } from '../lock/lock-file.ts';
import { manifestSchema } from '../manifest/manifest-schema.ts';
import type { PluginHost } from '../plugin-host.ts';
import { readPluginsConfig } from '../plugins-config.ts';
import type { Fetched, PluginSource } from '../sources/plugin-source.ts';
import type { Tier } from '../tiers/tier.ts';
import type { WorkflowNeeds } from './manager-options.ts';

/** What the fake source offers as one version. */
export interface FakeVersion {
  readonly capabilities?: object;
  readonly requires?: Readonly<Record<string, string>>;
  readonly actions?: readonly string[];
  /** What a call gives; by default the version. */
  readonly run?: () => unknown;
  readonly start?: () => unknown;
  readonly loadFails?: string;
  readonly sick?: string;
}

/** A plugins.yaml, a source of packages and a tier that live in memory: everything around the manager but the manager. */
export class FakeWorld implements AsyncDisposable {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'world-')));
  readonly registry = createActionRegistry();
  readonly events: PluginEvent[] = [];
  readonly lockFile = join(this.folder, 'plugins.lock');
  readonly crash = new Map<string, (reason: string) => void>();
  /** `id@version` of whatever was loaded, in order. */
  readonly loads: string[] = [];
  readonly needs = { using: new Map<string, string[]>(), pins: new Map<string, string[]>() };
  /** Of several hosts that share a database. */
  shared: SharedLock | undefined;
  lock: LockFile = openLockFile(this.lockFile, () => this.shared);
  crashes: CrashPolicy = { limit: 3, windowMs: 60_000, firstMs: 1, longestMs: 1 };
  #packages = new Map<string, FakeVersion>();
  #host: PluginHost | undefined;
  #manifest: object = {};

  publish(id: string, version: string, what: FakeVersion = {}): this {
    this.#packages.set(`${id}@${version}`, what);
    return this;
  }

  /** Goes into every manifest. */
  describe(more: object): this {
    this.#manifest = more;
    return this;
  }

  config(yaml: string): this {
    writeFileSync(join(this.folder, 'plugins.yaml'), yaml);
    return this;
  }

  async start(): Promise<PluginHost> {
    const readConfig = () => readPluginsConfig(join(this.folder, 'plugins.yaml'), this.folder, {});
    const workflows: WorkflowNeeds = { using: async () => this.needs.using, pins: async () => this.needs.pins };
    const silent = () => undefined;
    this.#host = await loadPlugins({
      builtinDirs: [],
      config: readConfig(),
      readConfig,
      registry: this.registry,
      ports: {},
      log: { debug: silent, info: silent, warn: silent, error: silent },
      hostVersion: '0.1.0',
      lock: this.lock,
      sources: new Map([['npm', this.#source()]]),
      tiers: [this.#tier()],
      workflows,
      crashes: this.crashes,
      onEvent: (event) => this.events.push(event),
    });
    return this.#host;
  }

  /** Another host with what the first left on the disk. */
  async restart(): Promise<PluginHost> {
    await this.#host?.[Symbol.asyncDispose]();
    return this.start();
  }

  call(name: string, origin?: string): Promise<unknown> {
    const action = this.registry.get(name, origin);
    if (action === undefined) return Promise.reject(new Error(`no action ${name}`));
    const invocation = { args: {}, run: {}, signal: new AbortController().signal, log: {} };
    return action.run(invocation as never);
  }

  record(id: string) {
    return this.#host!.records().find((record) => record.id === id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#host?.[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A wish is `id` for the newest version, or `id@version`. */
  #source(): PluginSource {
    return {
      kind: 'npm',
      resolve: async (wish) => {
        const [id = '', version] = wish.split('@');
        const versions = [...this.#packages.keys()]
          .filter((key) => key.startsWith(`${id}@`))
          .map((key) => key.split('@')[1]!);
        const found = version ?? versions.toSorted().at(-1);
        if (found === undefined || !versions.includes(found))
          throw raise.PLUGIN_NOT_FOUND({ id, where: 'the registry has none' });
        return {
          id,
          version: found,
          origin: { from: 'npm', name: id, registry: 'https://registry.test', tarball: wish },
        };
      },
      fetch: async ({ id = '', version, origin }) => this.#fetched(id, version, origin),
    };
  }

  #fetched(id: string, version: string, origin: Fetched['entry']['origin']): Fetched {
    const what = this.#packages.get(`${id}@${version}`);
    if (what === undefined) throw raise.PLUGIN_NOT_FOUND({ id, where: `the store has no ${version}` });
    const folder = join(this.folder, 'store', `${id}-${version}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'index.ts'), '');
    const { capabilities = {}, requires = {}, actions = [`tools.${id}.act`] } = what;
    const manifest = manifestSchema.parse({
      id,
      version,
      host: '*',
      sdk: 1,
      entry: './index.ts',
      tier: 'process',
      capabilities,
      requires,
      contributes: { actions },
      ...this.#manifest,
    });
    const integrity = `sha512-${id}-${version}`;
    const proof = { state: 'absent' } as const;
    const contributions = actions.map((name) => `action:${name}`);
    return {
      artifact: { id, version, folder, manifest, integrity },
      entry: { id, version, origin, integrity, signature: proof, provenance: proof, contributions },
    };
  }

  #tier(): Tier {
    return {
      name: 'process',
      load: async ({ artifact: { id, version, manifest } }) => {
        const what = this.#packages.get(`${id}@${version}`)!;
        this.loads.push(`${id}@${version}`);
        if (what.loadFails !== undefined) throw new Error(what.loadFails);
        const lost = Promise.withResolvers<string>();
        this.crash.set(`${id}@${version}`, lost.resolve);
        const { run = () => version, start } = what;
        const exported = {
          [TAG]: 'plugin',
          id,
          generation: 1,
          ...(start === undefined ? {} : { start }),
          contributes: manifest.contributes.actions.map((name) => ({
            [TAG]: 'action',
            name,
            title: name,
            summary: 'Acts.',
            effect: 'pure',
            idempotent: 'always',
            run,
            input: ANYTHING,
          })),
        };
        return {
          plugin: adoptPlugin(exported, manifest),
          lost: lost.promise,
          ping: async () => {
            if (what.sick !== undefined) throw new Error(what.sick);
          },
          [Symbol.asyncDispose]: async () => undefined,
        };
      },
      [Symbol.asyncDispose]: async () => undefined,
    };
  }
}

const ANYTHING = { '~standard': { version: 1, vendor: 'fake', validate: (value: unknown) => ({ value }) } };
