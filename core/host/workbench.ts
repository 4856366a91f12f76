import { resolve } from 'node:path';
import type { Http } from '@backplane/sdk';
import { configuredSecrets } from '../config/configured-secrets.ts';
import { loadConfig } from '../config/load-config.ts';
import { createHttpPort } from '../network/http-client.ts';
import { onceLoaded } from '../plugins/actions/lazy-action.ts';
import { heldLock, openLockFile } from '../plugins/lock/lock-file.ts';
import { createFixtureHttp } from '../plugins/ports/fixture-http.ts';
import { type ActionRequest, runAction } from '../registry/run-action.ts';
import type { SecretValues } from '../registry/runnable-action.ts';
import { createScriptSandbox } from '../sandbox/create-script-sandbox.ts';
import { createMemoryKeyValueStore } from '../storage/memory-key-value-store.ts';
import { createLogger, type Logger } from '../telemetry/logger.ts';
import { type Actions, assembleActions } from './assemble-actions.ts';
import { CHECKOUT } from './checkout.ts';
import { readPlugins } from './read-plugins.ts';

export interface WorkbenchOptions {
  /** Folder with the configuration; default: that of the checkout. */
  readonly config?: string | undefined;
  /** Folder with the fetched plugins; default: that of the checkout. */
  readonly data?: string | undefined;
  /** True: every plugin is loaded at once. Else those that are not built in are when something is asked of their actions. */
  readonly loadAll?: boolean;
  /** Template folders besides the configured ones; they win. */
  readonly templates?: readonly string[] | undefined;
  /** Answers every outbound call instead of the network. */
  readonly httpFixture?: unknown;
  /** Called for an exception that nobody caught and no plugin caused. */
  fatal(thrown: unknown): void;
}

/**
 * All actions of a checkout, without a server or a database: what the command line works with. Questions to its registry go through
 * `onceLoaded`.
 */
export interface Workbench extends Actions {
  readonly log: Logger;
  readonly strict: boolean;
  /** Secrets and variables of the configuration. */
  readonly secrets: SecretValues;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Given secrets and variables come before configured ones of the same name. */
  runAction(request: BenchRequest): Promise<unknown>;
}

export interface BenchRequest extends Pick<ActionRequest, 'name' | 'input' | 'onLeafCall' | 'warn'> {
  readonly secrets?: SecretValues;
  readonly vars?: Readonly<Record<string, unknown>>;
}

export async function openWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const folder = options.config ?? resolve(CHECKOUT, 'config');
  const { config } = loadConfig(folder, process.env);
  // Results go to stdout; of the log only what somebody must see.
  const log = createLogger(process.env['BACKPLANE_LOG_LEVEL'] === undefined ? 'error' : config.log.level);
  await using undo = new AsyncDisposableStack();
  const http = undo.use(openHttp(options, config.egress, log));
  const sandbox = undo.use(createScriptSandbox({ log }));
  const lock = openLockFile(resolve(folder, 'plugins.lock')).read();
  const actions = undo.use(
    await assembleActions({
      plugins: readPlugins(folder),
      templates: [...(options.templates ?? []), ...config.templates.folders.map((path) => resolve(CHECKOUT, path))],
      lock: heldLock(lock),
      standing: { lock, dataDir: options.data ?? resolve(CHECKOUT, '.backplane') },
      outsideOnUse: options.loadAll !== true,
      ports: { http, scripts: sandbox, kv: createMemoryKeyValueStore() },
      log,
      fatal: (thrown) => options.fatal(thrown),
    }),
  );
  const held = undo.move();
  const secrets = configuredSecrets(config);
  return {
    ...actions,
    log,
    strict: config.language.strict,
    secrets,
    variables: config.variables,
    async runAction({ secrets: given, vars, ...request }) {
      // Of a template this also asks for the actions that it is made of.
      await onceLoaded(() => actions.registry.get(request.name)?.info.secrets);
      return runAction(actions.registry, {
        ...request,
        strict: config.language.strict,
        secrets: { ...secrets, ...given },
        vars: { ...config.variables, ...vars },
        log,
      });
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

function openHttp(
  options: WorkbenchOptions,
  egress: Parameters<typeof createHttpPort>[0]['egress'],
  log: Logger,
): Http & AsyncDisposable {
  if (options.httpFixture === undefined) return createHttpPort({ egress, log });
  return { ...createFixtureHttp(options.httpFixture), async [Symbol.asyncDispose]() {} };
}
