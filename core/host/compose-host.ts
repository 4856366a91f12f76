import 'reflect-metadata';
import { resolve } from 'node:path';
import { type DependencyContainer, container as root } from 'tsyringe';
import { createActionRunner } from '../executor/create-action-runner.ts';
import { createEmbeddedEngine } from '../executor/embedded-engine.ts';
import type { Engine } from '../executor/engine.ts';
import { openPostgresJournal } from '../executor/journal/postgres-journal.ts';
import { createApp } from '../http/create-app.ts';
import { listen } from '../http/listen.ts';
import { readPluginsConfig } from '../plugins/plugins-config.ts';
import { createHttpPort } from '../plugins/ports/http.ts';
import { createScriptSandbox } from '../sandbox/create-script-sandbox.ts';
import { type Actions, assembleActions } from './assemble-actions.ts';
import { CHECKOUT } from './checkout.ts';
import type { Foundation } from './foundation.ts';
import { loadExamples } from './load-examples.ts';
import { registerServices } from './register-services.ts';
import { TOKENS } from './tokens.ts';
import { HOST_VERSION } from './version.ts';
import { workflowsPort } from './workflows-port.ts';

export interface ComposedHost extends AsyncDisposable {
  readonly url: string;
}

/** The composition root: the one place that knows every part and puts them together. */
export async function composeHost(foundation: Foundation): Promise<ComposedHost> {
  await using undo = new AsyncDisposableStack();
  const { config } = foundation.loaded;
  const host = root.createChildContainer();
  registerServices(host, foundation);
  const actions = undo.use(await openActions(host, foundation, undo));
  host.register(TOKENS.actions, { useValue: actions });
  for (const problem of actions.problems) foundation.log.warn('a template was left out', { problem });
  host.register(TOKENS.database, { useValue: await foundation.database });
  host.register(TOKENS.engine, { useValue: undo.use(await openEngine(host, foundation)) });
  const folders = config.templates.workflows.map((path) => resolve(CHECKOUT, path));
  await loadExamples(
    folders,
    host.resolve(TOKENS.workflows),
    host.resolve(TOKENS.keyValues).scope('host'),
    foundation.log,
  );

  const { host: address, port, maxBodyBytes, trustProxy } = config.server;
  const app = createApp(host.resolve(TOKENS.apiServices), {
    adminKey: foundation.adminKey,
    maxBodyBytes,
    trustProxy,
    version: HOST_VERSION,
  });
  const server = undo.use(await listen(app, { host: address, port, deadlineMs: config.engine.shutdownSeconds * 1000 }));
  const held = undo.move();
  return { url: addressOf(address, server.port), [Symbol.asyncDispose]: () => held.disposeAsync() };
}

function openActions(
  host: DependencyContainer,
  { loaded: { config }, configFolder, log, fatal }: Foundation,
  undo: AsyncDisposableStack,
): Promise<Actions> {
  const http = undo.use(createHttpPort({ egress: config.egress, log }));
  const { processes, memoryMb, wallSeconds } = config.sandbox;
  const limits = { memoryMb, wallMs: wallSeconds * 1000 };
  const scripts = undo.use(
    createScriptSandbox({ ...(processes === undefined ? {} : { poolSize: processes }), limits, log }),
  );
  return assembleActions({
    plugins: readPluginsConfig(resolve(configFolder, 'plugins.yaml'), resolve(configFolder, '..'), process.env),
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
    fatal,
  });
}

async function openEngine(host: DependencyContainer, { loaded: { config }, log, fatal }: Foundation): Promise<Engine> {
  const metrics = host.resolve(TOKENS.metrics);
  const { maxConcurrentActions, maxOpenRuns, shutdownSeconds } = config.engine;
  const variables = { resolve: () => config.variables };
  return createEmbeddedEngine({
    journal: await openPostgresJournal({ url: host.resolve(TOKENS.database).url, log, onFatal: fatal }),
    runner: createActionRunner({
      registry: host.resolve(TOKENS.actions).registry,
      secrets: host.resolve(TOKENS.secrets),
      variables,
      log,
      strict: config.language.strict,
    }),
    variables,
    workflows: {
      async resolve(alias, wanted) {
        const found = await host.resolve(TOKENS.workflows).find(alias, wanted);
        return found && { workflow: found.id, version: found.version, definition: found.definition };
      },
    },
    limits: { maxConcurrentActions, maxOpenRuns, shutdownMs: shutdownSeconds * 1000 },
    log,
    onRunEnded: (status, seconds) => metrics.runEnded(status, seconds),
  });
}

function addressOf(host: string, port: number): string {
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${shown}:${port}`;
}
