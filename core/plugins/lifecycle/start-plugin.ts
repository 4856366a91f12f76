import type { Log } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { issueLine, validate } from '../actions/standard-schema.ts';
import type { AdoptedPlugin } from '../adopt-plugin.ts';
import { bindDependencies, type Provider } from '../contracts/bind-dependencies.ts';
import type { PluginSetting } from '../plugins-config.ts';
import { LATE, withinDeadline } from './within-deadline.ts';

export interface StartOptions {
  readonly id: string;
  readonly setting: PluginSetting | undefined;
  /** True when the manifest describes the configuration, which was then checked already. */
  readonly describesConfig: boolean;
  readonly log: Log;
  readonly signal: AbortSignal;
  defer(cleanup: () => unknown): void;
  provider(id: string): Provider | undefined;
  /** What it names in `uses`. Throws PLUGIN_PORT_UNAVAILABLE. */
  ports(): Readonly<Record<string, unknown>>;
  readonly limitMs: number;
}

/**
 * Hands a plugin its configuration and its ports, and lets it start. Throws PLUGIN_CONFIG_INVALID, PLUGIN_START_TIMEOUT,
 * PLUGIN_PORT_UNAVAILABLE, or what `start` throws.
 */
export async function startPlugin(plugin: AdoptedPlugin, options: StartOptions): Promise<void> {
  const { id, log, signal, limitMs } = options;
  const config = await readConfig(plugin, options);
  if (plugin.start === undefined) return;
  const { start, deps } = plugin;
  const { provider } = options;
  const bound =
    Object.keys(deps).length === 0 ? {} : { deps: bindDependencies({ caller: id, deps, provider, signal }) };
  const defer = (cleanup: () => unknown) => options.defer(cleanup);
  const ended = await withinDeadline(
    Promise.resolve().then(() => start({ ...options.ports(), config, log, signal, defer, ...bound })),
    limitMs,
    signal,
  );
  if (ended === LATE) throw raise.PLUGIN_START_TIMEOUT({ id, limitMs });
}

async function readConfig(plugin: AdoptedPlugin, { id, setting, describesConfig }: StartOptions): Promise<unknown> {
  const given = setting?.config ?? {};
  if (plugin.config === undefined) {
    if (Object.keys(given).length === 0 || describesConfig) return given;
    throw raise.PLUGIN_CONFIG_INVALID(
      { id, problems: ['it takes no configuration'] },
      { position: setting!.configPosition([]) },
    );
  }
  const outcome = await validate(plugin.config, given);
  if (outcome.ok) return outcome.value;
  const position = setting === undefined ? {} : { position: setting.configPosition(outcome.issues[0]?.path ?? []) };
  throw raise.PLUGIN_CONFIG_INVALID({ id, problems: outcome.issues.map(issueLine) }, position);
}
