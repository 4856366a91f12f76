import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Gateway, Log } from '@backplane/sdk';
import { openPort } from '../../network/local-server.fixture.ts';
import type { Invocation, SecretValues } from '../../registry/runnable-action.ts';
import type { KeyValueStore } from '../../storage/key-value-store.ts';
import { createMemoryKeyValueStore } from '../../storage/memory-key-value-store.ts';
import { pluginAction } from '../actions/plugin-action.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import type { ConnectionSource } from '../connections/connection-source.ts';
import { CleanupStack } from '../lifecycle/cleanup-stack.ts';
import { startPlugin } from '../lifecycle/start-plugin.ts';
import { manifestSchema } from '../manifest/manifest-schema.ts';
import { pluginCode } from '../plugin-home.fixture.ts';
import { DEFAULT_TIER_LIMITS } from './create-tiers.ts';
import type { Tier, TierInstance, TierLimits } from './tier.ts';

export const ALL_GRANTED: Capabilities = {
  network: [{ host: '*', why: 'test' }],
  kv: { quotaBytes: 1_000_000, why: 'test' },
  secrets: { why: 'test' },
  scripts: { why: 'test' },
  workflows: { why: 'test' },
  gateway: { why: 'test' },
  connections: [{ kind: 'tickets', why: 'test' }],
};

export interface PluginParts {
  readonly id?: string;
  /** All of the entry; absent: made of the other parts. */
  readonly code?: string;
  readonly run?: string;
  readonly before?: string;
  readonly spec?: string;
  readonly plugin?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly manifest?: object;
  readonly granted?: Capabilities;
  readonly limits?: Partial<TierLimits>;
  readonly signal?: AbortSignal;
  readonly config?: Readonly<Record<string, unknown>>;
  /** Absent: one of its own. */
  readonly kv?: KeyValueStore;
}

export interface CallParts {
  readonly args?: object;
  readonly secrets?: SecretValues;
  readonly signal?: AbortSignal;
  readonly log?: Log;
  readonly connections?: ConnectionSource;
  readonly gateway?: Gateway;
  onSecret?(value: string): void;
}

/** One loaded plugin of a test, called as the host calls plugins. */
export interface LoadedPlugin extends AsyncDisposable {
  readonly instance: TierInstance;
  readonly folder: string;
  call(parts?: CallParts): Promise<unknown>;
  start(parts?: { readonly log?: Log; readonly signal?: AbortSignal }): Promise<() => Promise<void>>;
}

export function logInto(lines: string[]): Log {
  const line = (level: string) => (text: string, fields?: object) =>
    void lines.push(`${level} ${text}${fields === undefined ? '' : ` ${JSON.stringify(fields)}`}`);
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
}

/** Writes a plugin with one action, `tools.<id>.act`, and loads it. */
export async function loadPlugin(tier: Tier, parts: PluginParts = {}): Promise<LoadedPlugin> {
  const { id = 'acme', granted = ALL_GRANTED, limits = {}, manifest = {}, files = {}, config = {} } = parts;
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tier-')));
  for (const [name, text] of Object.entries({ 'index.ts': parts.code ?? pluginCode(id, parts), ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const why = { why: 'test' };
  const connections = [{ kind: 'tickets', why: 'test' }];
  const capabilities = { network: why, kv: why, secrets: why, scripts: why, workflows: why, gateway: why, connections };
  const action = `tools.${id.replaceAll('-', '_')}.act`;
  const read = manifestSchema.parse({
    id,
    version: '1.0.0',
    host: '*',
    sdk: 1,
    entry: './index.ts',
    tier: tier.name,
    capabilities,
    contributes: { actions: [action] },
    ...manifest,
  });
  const artifact = { id, version: '1.0.0', folder, manifest: read, integrity: `sha512-${folder}` };
  const signal = parts.signal ?? AbortSignal.timeout(30_000);
  const http = openPort();
  const kv = parts.kv ?? createMemoryKeyValueStore();
  let instance: TierInstance;
  try {
    instance = await tier.load({ artifact, granted, limits: { ...DEFAULT_TIER_LIMITS, ...limits }, signal });
  } catch (thrown) {
    rmSync(folder, { recursive: true, force: true });
    throw thrown;
  }
  return {
    instance,
    folder,
    call({ args = {}, secrets = {}, log = logInto([]), connections, gateway, ...more } = {}) {
      const ports = {
        http,
        kv,
        ...(connections && { connections }),
        ...(gateway && { gateway: { in: () => gateway } }),
      };
      const owner = { id, version: '1.0.0', ports, started: async () => {} };
      return pluginAction(instance.plugin.actions[0]!, owner).run({
        args: args as Invocation['args'],
        run: { id: 'run-1', step: 'step', attempt: 1, idempotencyKey: 'key-1' },
        secrets: { resolve: async () => secrets },
        environment: 'default',
        vars: {},
        env: {},
        now: 0,
        signal: more.signal ?? new AbortController().signal,
        log,
        warn() {},
        ...(more.onSecret && { onSecret: more.onSecret }),
      });
    },
    async start({ log = logInto([]), signal: given } = {}) {
      const cleanups = new CleanupStack(5000, () => {});
      await startPlugin(instance.plugin, {
        id,
        setting: {
          config,
          enabled: true,
          required: false,
          position: { line: 1, column: 1 },
          configPosition: () => ({ line: 1, column: 1 }),
        },
        describesConfig: false,
        log,
        signal: given ?? new AbortController().signal,
        defer: (cleanup) => cleanups.add(cleanup),
        limitMs: 10_000,
        provider: () => undefined,
        ports: () =>
          Object.fromEntries(instance.plugin.uses.map((port) => [port, { http, kv: kv.scope(`default/${id}`) }[port]])),
      });
      return () => cleanups[Symbol.asyncDispose]();
    },
    async [Symbol.asyncDispose]() {
      await instance[Symbol.asyncDispose]();
      await http[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
