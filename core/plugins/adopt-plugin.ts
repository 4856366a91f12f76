import {
  type BackplaneError,
  type Dependencies,
  defineErrors,
  kindOf,
  type Plugin,
  type Provided,
  SDK_GENERATION,
} from '@backplane/sdk';
import {
  CAPABILITY_OF,
  type CapabilityUser,
  type ContributionIndex,
  indexDifferences,
  isSchema,
  undeclaredCapabilities,
  writtenIndex,
} from '@backplane/sdk/host';
import { pluginErrors } from '../errors/plugin.ts';
import type { StandardSchema } from './actions/standard-schema.ts';
import { type AdoptedContributions, adoptContributions } from './adopt-contributions.ts';
import type { Manifest } from './manifest/manifest-schema.ts';
import { thrownText } from './thrown-text.ts';

// In the process of a plugin, too, where the whole catalogue would be a third of what has to be loaded.
const raise = defineErrors(pluginErrors);

/** A plugin's default export, read once and checked: what the host works with from then on. */
export interface AdoptedPlugin extends AdoptedContributions {
  readonly config?: StandardSchema;
  /** Ports of `start`. */
  readonly uses: readonly string[];
  /** Plugins that `start` calls, by the name it has for them. */
  readonly deps: Readonly<Record<string, { readonly plugin: string; readonly optional: boolean }>>;
  readonly provides: Provided;
  readonly start?: (context: object) => unknown;
  readonly reconfigure?: (next: unknown, previous: unknown) => unknown;
  readonly health?: (signal: AbortSignal) => unknown;
}

/** What a plugin without code brings besides its templates. */
export const NO_CODE: AdoptedPlugin = {
  ...adoptContributions([], ''),
  uses: [],
  deps: {},
  provides: {},
};

type Exported = Omit<AdoptedPlugin, keyof AdoptedContributions> & { readonly contributes: readonly unknown[] };

/**
 * Reads what an entry exports. Nothing of it is believed: getters may throw, lists may lie.
 * Throws PLUGIN_EXPORT_INVALID, PLUGIN_SDK_GENERATION, PLUGIN_CONTRIBUTION_INVALID, PLUGIN_INDEX_DRIFT, PLUGIN_CAPABILITY_UNDECLARED.
 */
export function adoptPlugin(exported: unknown, manifest: Manifest): AdoptedPlugin {
  const { id } = manifest;
  const plugin = guarded(id, () => readExport(exported, id));
  const contributions = adoptContributions(plugin.contributes, id);
  const index = { ...contributions.index, methods: Object.keys(plugin.provides) };
  const differences = indexDifferences(manifest.contributes, index);
  if (differences.length > 0)
    throw raise.PLUGIN_INDEX_DRIFT({ id, differences }, { details: { contributes: rightIndex(manifest, index) } });
  const uses = [
    ...undeclaredCapabilities(manifest.capabilities, usersOf(contributions), plugin.uses),
    ...undeclaredPlugins(manifest, contributions, plugin.deps),
  ];
  if (uses.length > 0) throw raise.PLUGIN_CAPABILITY_UNDECLARED({ id, uses });
  const { contributes: _read, ...rest } = plugin;
  return { ...contributions, ...rest };
}

type Deps = AdoptedPlugin['deps'];

/** Plugins that are called without being named. */
function undeclaredPlugins(
  { requires, optional }: Manifest,
  { actions }: AdoptedContributions,
  startDeps: Deps,
): string[] {
  const lines = (who: string, deps: Deps) =>
    Object.values(deps)
      .filter(({ plugin }) => !Object.hasOwn(requires, plugin) && !Object.hasOwn(optional, plugin))
      .map(({ plugin }) => `${who} calls the plugin \`${plugin}\`, which neither \`requires\` nor \`optional\` names`);
  return [...lines('`start`', startDeps), ...actions.flatMap(({ name, deps }) => lines(`\`${name}\``, deps))];
}

function usersOf({ actions, others }: AdoptedContributions): CapabilityUser[] {
  return [
    ...actions.map(({ name, uses, connections }) => ({ kind: 'action' as const, name, uses, connections })),
    ...others.map(({ kind, name, value }) => {
      const { uses = [], connections = {} } = value as Pick<CapabilityUser, 'uses' | 'connections'>;
      return { kind, name, uses, connections };
    }),
  ];
}

/** What belongs into the manifest, whose own templates stay. */
function rightIndex({ contributes }: Manifest, code: ContributionIndex) {
  return writtenIndex({ ...code, templates: { ...contributes.templates, ...code.templates } });
}

function guarded<T>(id: string, read: () => T | BackplaneError): T {
  let result: T | BackplaneError;
  try {
    result = read();
  } catch (cause) {
    throw raise.PLUGIN_EXPORT_INVALID({ id, problem: `cannot be read: ${thrownText(cause)}` }, { cause });
  }
  if (result instanceof Error) throw result;
  return result;
}

function readExport(exported: unknown, id: string): Exported | BackplaneError {
  if (exported === undefined) return raise.PLUGIN_EXPORT_INVALID({ id, problem: 'has no default export' });
  if (kindOf(exported) !== 'plugin')
    return raise.PLUGIN_EXPORT_INVALID({ id, problem: 'exports something that is not a plugin' });
  const { id: own, generation, contributes, config, uses = [], deps = {}, provides = {} } = exported as Partial<Plugin>;
  const problem = (text: string) => raise.PLUGIN_EXPORT_INVALID({ id, problem: text });
  if (own !== id) return problem(`exports a plugin with the id ${JSON.stringify(own)}`);
  if (generation !== SDK_GENERATION) {
    return raise.PLUGIN_SDK_GENERATION({
      id,
      found: typeof generation === 'number' ? generation : 'unknown',
      expected: SDK_GENERATION,
    });
  }
  if (!Array.isArray(contributes)) return problem('exports a plugin whose `contributes` is not a list');
  const unknownPort = [...uses].find((port) => port === 'secrets' || !Object.hasOwn(CAPABILITY_OF, port));
  if (unknownPort !== undefined)
    return problem(`exports a plugin that uses \`${unknownPort}\`, which \`start\` cannot have`);
  const functions: Record<string, unknown> = {};
  for (const name of ['start', 'reconfigure', 'health'] as const) {
    const value = (exported as Partial<Plugin>)[name];
    if (value === undefined) continue;
    if (typeof value !== 'function') return problem(`exports a plugin whose \`${name}\` is not a function`);
    functions[name] = value;
  }
  const badMethod = Object.entries(provides as Provided).find(([, method]) => !isMethod(method));
  if (badMethod !== undefined) return problem(`provides \`${badMethod[0]}\`, which is not made with \`defineMethod\``);
  const readDeps = Object.entries(deps as Dependencies).map(
    ([name, { plugin, optional }]) => [name, { plugin, optional }] as const,
  );
  return {
    contributes: [...contributes],
    uses: [...uses],
    deps: Object.fromEntries(readDeps),
    provides: { ...provides },
    ...(config === undefined ? {} : { config: config as unknown as StandardSchema }),
    ...functions,
  };
}

function isMethod(method: unknown): boolean {
  if (typeof method !== 'object' || method === null) return false;
  const { input, output, run } = method as Readonly<Record<string, unknown>>;
  return isSchema(input) && isSchema(output) && typeof run === 'function';
}
