import { join } from 'node:path';
import type { Problem } from '../language/source/problem.ts';
import { loadPlugins } from '../plugins/load-plugins.ts';
import type { PluginHost } from '../plugins/plugin-host.ts';
import type { PluginsConfig } from '../plugins/plugins-config.ts';
import type { HostPorts } from '../plugins/ports/host-ports.ts';
import { createActionRegistry } from '../registry/action-registry.ts';
import type { ActionRegistry } from '../registry/runnable-action.ts';
import { loadTemplates } from '../registry/template/load-templates.ts';
import type { Logger } from '../telemetry/logger.ts';
import { registerControlActions } from '../workflow/control/control-actions.ts';
import { CHECKOUT } from './checkout.ts';
import { HOST_VERSION } from './version.ts';

export interface Actions extends AsyncDisposable {
  readonly registry: ActionRegistry;
  readonly plugins: PluginHost;
  /** What was left out of the templates, and why. */
  readonly problems: readonly Problem[];
}

export interface ActionSources {
  readonly plugins: PluginsConfig;
  /** Earlier folders win. */
  readonly templates: readonly string[];
  readonly ports: HostPorts;
  readonly log: Logger;
  /** Called for an exception that nobody caught and no plugin caused. Absent: such exceptions end the process as usual. */
  fatal?(thrown: unknown): void;
}

/** Everything that a workflow can name: what steers it, the actions of plugins, then the templates that build on them. */
export async function assembleActions({
  plugins: config,
  templates,
  ports,
  log,
  fatal,
}: ActionSources): Promise<Actions> {
  const registry = createActionRegistry();
  registerControlActions(registry);
  const builtinDirs = [join(CHECKOUT, 'plugins', 'actions')];
  const onFatal = fatal === undefined ? {} : { onFatal: fatal };
  const plugins = await loadPlugins({
    builtinDirs,
    config,
    registry,
    ports,
    log,
    hostVersion: HOST_VERSION,
    ...onFatal,
  });
  const { problems } = await loadTemplates(templates, registry);
  return { registry, plugins, problems, [Symbol.asyncDispose]: () => plugins[Symbol.asyncDispose]() };
}
