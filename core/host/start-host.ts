import 'reflect-metadata';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { container as root, type DependencyContainer, instanceCachingFactory } from 'tsyringe';
import { type CommandLineSettings, loadConfig } from '../config/load-config.ts';
import type { HostConfig } from '../config/host-config.ts';
import { createActionRunner } from '../executor/create-action-runner.ts';
import { createEmbeddedEngine } from '../executor/embedded-engine.ts';
import type { Engine } from '../executor/engine.ts';
import { openPostgresJournal } from '../executor/journal/postgres-journal.ts';
import { type AdminKey, openAdminKey } from '../http/admin-key.ts';
import { createApp } from '../http/create-app.ts';
import { listen } from '../http/listen.ts';
import { guardAgainstFaults } from '../plugins/fault-guard.ts';
import { readPluginsConfig } from '../plugins/plugins-config.ts';
import { createHttpPort } from '../plugins/ports/http.ts';
import { fixedSecrets, runAction } from '../registry/run-action.ts';
import { createScriptSandbox } from '../sandbox/create-script-sandbox.ts';
import { createKeyValueStore } from '../storage/key-value-store.ts';
import { openDatabase } from '../storage/open-database.ts';
import { createWorkflowStore } from '../storage/postgres-workflow-store.ts';
import { createLogger } from '../telemetry/logger.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { createWorkflowCatalogue } from '../workflow/create-workflow-catalogue.ts';
import { assembleActions } from './assemble-actions.ts';
import { CHECKOUT } from './checkout.ts';
import { loadExamples } from './load-examples.ts';
import { readiness } from './readiness.ts';
import { TOKENS } from './tokens.ts';
import { HOST_VERSION } from './version.ts';
import { workflowsPort } from './workflows-port.ts';

export interface HostOptions {
  /** Default: `config/` of the checkout. */
  readonly config?: string | undefined;
  /** Default: `.backplane/` of the checkout. */
  readonly data?: string | undefined;
  /** Stronger than file and environment. */
  readonly settings?: CommandLineSettings;
  /** Called when the host must not go on: the caller disposes it and ends the process. */
  fatal(problem: unknown): void;
}

export interface RunningHost extends AsyncDisposable {
  readonly url: string;
  readonly adminKey: AdminKey;
  readonly config: HostConfig;
}

/**
 * Brings up a whole host: the composition root. Services start in the order of their needs and stop in the opposite one.
 * Throws the coded error of whatever could not start, with everything else stopped again.
 */
export async function startHost(options: HostOptions): Promise<RunningHost> {
  await using undo = new AsyncDisposableStack();
  const host = root.createChildContainer();
  const configFolder = resolve(options.config ?? resolve(CHECKOUT, 'config'));
  const data = resolve(options.data ?? resolve(CHECKOUT, '.backplane'));
  const { config } = loadConfig(configFolder, process.env, options.settings);
  const log = createLogger(config.log.level);
  undo.defer(() => log.flush());
  mkdirSync(data, { recursive: true, mode: 0o700 });
  host.register(TOKENS.config, { useValue: config });
  host.register(TOKENS.log, { useValue: log });
  host.register(TOKENS.adminKey, { useValue: openAdminKey(data) });
  registerFactories(host);

  const database = openDatabase({ ...(config.database.url === undefined ? {} : { url: config.database.url }), dataDir: data, log });
  const actions = openActions(host, config, configFolder, undo);
  const opened = await Promise.allSettled([database, actions]);
  for (const one of opened) if (one.status === 'fulfilled') undo.use(one.value);
  host.register(TOKENS.database, { useValue: await database });
  host.register(TOKENS.actions, { useValue: await actions });
  for (const problem of (await actions).problems) log.warn('a template was left out', { problem });
  undo.use(guardAgainstFaults({ plugins: (await actions).plugins, log, fatal: options.fatal }));

  const engine = undo.use(await openEngine(host, options));
  host.register(TOKENS.engine, { useValue: engine });
  const folders = config.templates.workflows.map((path) => resolve(CHECKOUT, path));
  await loadExamples(folders, host.resolve(TOKENS.workflows), host.resolve(TOKENS.workflowStore), log);

  const adminKey = host.resolve(TOKENS.adminKey);
  const { maxBodyBytes, trustProxy, port } = config.server;
  const app = createApp(host.resolve(TOKENS.apiServices), { adminKey, maxBodyBytes, trustProxy, version: HOST_VERSION });
  const server = undo.use(await listen(app, { host: config.server.host, port, deadlineMs: config.engine.shutdownSeconds * 1000 }));
  const held = undo.move();
  return { url: addressOf(config.server.host, server.port), adminKey, config, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** What is made from other services without waiting, once, when somebody first asks. */
function registerFactories(host: DependencyContainer): void {
  host.register(TOKENS.metrics, { useFactory: instanceCachingFactory(() => createMetrics()) });
  host.register(TOKENS.secrets, { useFactory: instanceCachingFactory((c) => fixedSecrets(c.resolve(TOKENS.config).secrets)) });
  host.register(TOKENS.keyValues, { useFactory: instanceCachingFactory((c) => createKeyValueStore(c.resolve(TOKENS.database).dataSource)) });
  host.register(TOKENS.workflowStore, { useFactory: instanceCachingFactory((c) => createWorkflowStore(c.resolve(TOKENS.database).dataSource)) });
  host.register(TOKENS.workflows, {
    useFactory: instanceCachingFactory((c) =>
      createWorkflowCatalogue({
        store: c.resolve(TOKENS.workflowStore),
        registry: c.resolve(TOKENS.actions).registry,
        secrets: c.resolve(TOKENS.secrets),
      }),
    ),
  });
  host.register(TOKENS.apiServices, {
    useFactory: instanceCachingFactory((c) => {
      const { registry, plugins } = c.resolve(TOKENS.actions);
      const config = c.resolve(TOKENS.config);
      const log = c.resolve(TOKENS.log);
      return {
        engine: c.resolve(TOKENS.engine),
        workflows: c.resolve(TOKENS.workflows),
        registry,
        plugins,
        metrics: c.resolve(TOKENS.metrics),
        log,
        readiness: () => readiness(c.resolve(TOKENS.database), plugins),
        runAction: (name, input, signal) =>
          runAction(registry, { name, input, signal, log, secrets: c.resolve(TOKENS.secrets), vars: config.variables, strict: config.language.strict }),
      };
    }),
  });
}

function openActions(host: DependencyContainer, config: HostConfig, folder: string, undo: AsyncDisposableStack) {
  const log = host.resolve(TOKENS.log);
  const http = undo.use(createHttpPort({ egress: config.egress, log }));
  const { processes, memoryMb, wallSeconds } = config.sandbox;
  const limits = { memoryMb, wallMs: wallSeconds * 1000 };
  const scripts = undo.use(createScriptSandbox({ ...(processes === undefined ? {} : { poolSize: processes }), limits, log }));
  return assembleActions({
    plugins: readPluginsConfig(resolve(folder, 'plugins.yaml'), resolve(folder, '..'), process.env),
    templates: config.templates.folders.map((path) => resolve(CHECKOUT, path)),
    ports: {
      http,
      scripts,
      // Made when first used: the database opens while plugins load.
      get kv() {
        return host.resolve(TOKENS.keyValues);
      },
      workflows: workflowsPort(
        () => host.resolve(TOKENS.engine),
        () => host.resolve(TOKENS.workflows),
      ),
    },
    log,
  });
}

async function openEngine(host: DependencyContainer, { fatal }: HostOptions): Promise<Engine> {
  const config = host.resolve(TOKENS.config);
  const log = host.resolve(TOKENS.log);
  const metrics = host.resolve(TOKENS.metrics);
  return createEmbeddedEngine({
    journal: await openPostgresJournal({ url: host.resolve(TOKENS.database).url, log, onFatal: fatal }),
    runner: createActionRunner({
      registry: host.resolve(TOKENS.actions).registry,
      secrets: host.resolve(TOKENS.secrets),
      variables: { resolve: () => config.variables },
      log,
      strict: config.language.strict,
    }),
    workflows: {
      async resolve(alias) {
        const { id, version, definition } = await host.resolve(TOKENS.workflows).runnable(alias);
        return { workflow: id, version, definition };
      },
    },
    limits: { maxConcurrentActions: config.engine.maxConcurrentActions, maxOpenRuns: config.engine.maxOpenRuns, shutdownMs: config.engine.shutdownSeconds * 1000 },
    log,
    onRunEnded: (status, seconds) => metrics.runEnded(status, seconds),
  });
}

function addressOf(host: string, port: number): string {
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${shown}:${port}`;
}
