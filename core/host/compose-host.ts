import 'reflect-metadata';
import { resolve } from 'node:path';
import { type DependencyContainer, container as root } from 'tsyringe';
import { configuredSecrets } from '../config/configured-secrets.ts';
import { openRunTable } from '../executor/history/run-table.ts';
import { createSchedules, type RunningSchedules } from '../executor/schedules/create-schedules.ts';
import { createConnectLinks } from '../http/connections/connect-links.ts';
import { createListener } from '../http/create-app.ts';
import { createAnswerLinks } from '../http/interactions/create-answer-links.ts';
import { listen } from '../http/listen.ts';
import { createSignedClaims } from '../http/signed-claims.ts';
import { createHttpPort } from '../network/http-client.ts';
import { createPluginDatabases } from '../plugins/database/create-plugin-databases.ts';
import { joinLock } from '../plugins/lock/join-lock.ts';
import { type LockFile, openLockFile, type SharedLock } from '../plugins/lock/lock-file.ts';
import { createScriptSandbox } from '../sandbox/create-script-sandbox.ts';
import { DEFAULT_WORKSPACE } from '../storage/default-place.ts';
import { createPluginRecords } from '../storage/plugin-records.ts';
import { type Actions, assembleActions } from './assemble-actions.ts';
import { CHECKOUT } from './checkout.ts';
import { followPlugins } from './follow-plugins.ts';
import type { Foundation } from './foundation.ts';
import { createGateway } from './gateway/create-gateway.ts';
import { gatewayPort } from './gateway/gateway-port.ts';
import { gitOfHost } from './git-of-host.ts';
import { httpAddress } from './http-address.ts';
import { loadExamples } from './load-examples.ts';
import { openAccess } from './open-access.ts';
import { openEngine } from './open-engine.ts';
import { openSecrets } from './open-secrets.ts';
import { openSignIn } from './open-sign-in.ts';
import { openSourceOperations } from './open-source-operations.ts';
import { openTriggers } from './open-triggers.ts';
import { pluginEventWriter } from './plugin-events.ts';
import { readPlugins } from './read-plugins.ts';
import { registerServices } from './register-services.ts';
import { sharedLock } from './shared-lock.ts';
import { TOKENS } from './tokens.ts';
import { HOST_VERSION } from './version.ts';
import { workflowNeeds } from './workflow-needs.ts';
import { workflowsPort } from './workflows-port.ts';

export interface ComposedHost extends AsyncDisposable {
  readonly url: string;
  /** Undefined while it does not listen. */
  readonly gatewayUrl: string | undefined;
  /** It has files that cannot run, and follows as soon as they can. */
  readonly isGatewayDown: boolean;
}

/** The composition root: the one place that knows every part and puts them together. */
export async function composeHost(foundation: Foundation): Promise<ComposedHost> {
  await using undo = new AsyncDisposableStack();
  const { config } = foundation.loaded;
  const host = root.createChildContainer();
  let workflowsChanged = () => {};
  registerServices(host, foundation, () => workflowsChanged());
  let shared: SharedLock | undefined;
  const lock = openLockFile(resolve(foundation.configFolder, 'plugins.lock'), () => shared);
  const join = async () => {
    const common = sharedLock(createPluginRecords((await foundation.database).dataSource));
    await joinLock(lock, common);
    shared = common;
  };
  // The embedded Postgres serves this host alone: its plugins need not wait until it is open.
  if (config.database.url !== undefined) await join();
  const actions = undo.use(await openActions(host, foundation, lock, undo));
  host.register(TOKENS.actions, { useValue: actions });
  for (const problem of actions.problems) foundation.log.warn('a template was left out', { problem });
  host.register(TOKENS.database, { useValue: await foundation.database });
  await openAccess(host, foundation, undo);
  await openSecrets(host, foundation, undo);
  const { host: address, port, maxBodyBytes, trustProxy, publicUrl } = config.server;
  let listening = httpAddress(address, port);
  const key = await host.resolve(TOKENS.hostSecrets).get('interactions.key');
  const baseUrl = () => publicUrl?.replace(/\/+$/, '') ?? listening;
  const claims = createSignedClaims(key);
  host.register(TOKENS.links, { useValue: createAnswerLinks({ claims, baseUrl }) });
  host.register(TOKENS.connectLinks, { useValue: createConnectLinks(claims, baseUrl) });
  host.register(TOKENS.identity, { useValue: await openSignIn(host, foundation, baseUrl, undo) });
  host.register(TOKENS.runTable, { useValue: undo.use(openRunTable(host.resolve(TOKENS.database).url)) });
  if (shared === undefined) await join();
  undo.use(await followPlugins(foundation, actions));
  host.register(TOKENS.engine, { useValue: await openEngine(host, foundation, undo) });
  host.register(TOKENS.sources, { useValue: undo.use(openSourceOperations(host, foundation)) });
  const triggers = undo.use(openTriggers(host, foundation, baseUrl));
  host.register(TOKENS.triggers, { useValue: triggers.desk });
  const folders = config.templates.workflows.map((path) => resolve(CHECKOUT, path));
  await loadExamples(
    folders,
    host.resolve(TOKENS.workflows).in(DEFAULT_WORKSPACE),
    host.resolve(TOKENS.keyValues).scope('host'),
    foundation.log,
  );
  const schedules = undo.use(openSchedules(host, foundation));
  host.register(TOKENS.schedules, { useValue: schedules });

  const gateway = createGateway(host, foundation);
  host.register(TOKENS.gateway, { useValue: gateway });
  host.resolve(TOKENS.metrics).include(() => gateway.operations.metrics());
  const listener = createListener(host.resolve(TOKENS.apiServices), {
    maxBodyBytes,
    trustProxy,
    version: HOST_VERSION,
  });
  const server = undo.use(
    await listen(listener, { host: address, port, deadlineMs: config.engine.shutdownSeconds * 1000 }),
  );
  schedules.wake();
  listening = httpAddress(address, server.port);
  workflowsChanged = () => triggers.follow();
  triggers.follow();
  // Its routes may lead to this host.
  await undo.use(gateway.live).begin();
  const held = undo.move();
  const isGatewayDown = gateway.live.status().state === 'failed';
  return {
    url: listening,
    gatewayUrl: gateway.live.url,
    isGatewayDown,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

function openActions(
  host: DependencyContainer,
  { loaded: { config }, configFolder, dataDir, log, fatal, database }: Foundation,
  lock: LockFile,
  undo: AsyncDisposableStack,
): Promise<Actions> {
  const http = undo.use(createHttpPort({ egress: config.egress, log }));
  host.register(TOKENS.http, { useValue: http });
  const { processes, memoryMb, wallSeconds } = config.sandbox;
  const limits = { memoryMb, wallMs: wallSeconds * 1000 };
  const scripts = undo.use(
    createScriptSandbox({ ...(processes === undefined ? {} : { poolSize: processes }), limits, log }),
  );
  const databases = undo.use(createPluginDatabases({ database, log }));
  host.register(TOKENS.pluginData, { useValue: databases });
  const pluginEvents = undo.use(pluginEventWriter(async () => createPluginRecords((await database).dataSource), log));
  return assembleActions({
    plugins: readPlugins(configFolder),
    readConfig: () => readPlugins(configFolder),
    lock,
    fetching: (registry) => ({
      dataDir,
      base: resolve(configFolder, '..'),
      readConfig: () => readPlugins(configFolder),
      egress: config.egress,
      secrets: configuredSecrets(config),
      log,
      git: gitOfHost(host, { registry, database, tell: (event) => pluginEvents.add(event) }),
    }),
    workflows: workflowNeeds(() => host.resolve(TOKENS.pluginRecords)),
    onEvent(event) {
      pluginEvents.add(event);
      if (host.isRegistered(TOKENS.gateway)) host.resolve(TOKENS.gateway).live.pluginsChanged();
    },
    templates: config.templates.folders.map((path) => resolve(CHECKOUT, path)),
    ports: {
      http,
      scripts,
      // Made when first used: the database opens while plugins load.
      get kv() {
        return host.resolve(TOKENS.keyValues);
      },
      database: databases,
      get connections() {
        return host.resolve(TOKENS.connectionSource);
      },
      workflows: workflowsPort(
        () => host.resolve(TOKENS.runs),
        () => host.resolve(TOKENS.workflows),
      ),
      // Made after the plugins.
      gateway: gatewayPort(() => (host.isRegistered(TOKENS.gateway) ? host.resolve(TOKENS.gateway).live : undefined)),
    },
    log,
    fatal,
  });
}

function openSchedules(host: DependencyContainer, { log }: Foundation): RunningSchedules {
  return createSchedules({
    store: host.resolve(TOKENS.scheduleStore),
    engine: host.resolve(TOKENS.engine),
    workflows: host.resolve(TOKENS.workflows),
    mayFire: (scheduleId) => host.resolve(TOKENS.engine).leads(scheduleId),
    log,
  });
}
