import { type BackplaneError, kindOf, SDK_GENERATION } from '@backplane/sdk';
import { raise } from '../errors/catalogue.ts';
import { plainSchemaMessage } from '../language/source/plain-schema-message.ts';
import { type AdoptedAction, actionShape } from './actions/action-shape.ts';
import type { StandardSchema } from './actions/standard-schema.ts';
import { indexDifferences } from './index-differences.ts';
import { CAPABILITY_OF } from './manifest/capability.ts';
import type { Manifest } from './manifest/manifest-schema.ts';
import { thrownText } from './thrown-text.ts';

/** A plugin's default export, read once and checked: what the host works with from then on. */
export interface AdoptedPlugin {
  readonly actions: readonly AdoptedAction[];
  readonly config?: StandardSchema;
  readonly start?: (context: object) => unknown;
}

interface Exported {
  readonly id?: unknown;
  readonly generation?: unknown;
  readonly contributes?: unknown;
  readonly config?: unknown;
  readonly start?: unknown;
}

/**
 * Reads what an entry exports. Nothing of it is believed: getters may throw, lists may lie.
 * Throws PLUGIN_EXPORT_INVALID, PLUGIN_SDK_GENERATION, PLUGIN_CONTRIBUTION_INVALID, PLUGIN_INDEX_DRIFT, PLUGIN_CAPABILITY_UNDECLARED.
 */
export function adoptPlugin(exported: unknown, manifest: Manifest): AdoptedPlugin {
  const { id } = manifest;
  const plugin = guarded(id, () => readExport(exported, id));
  const actions = readActions(plugin.contributes, id);
  const differences = indexDifferences(manifest.contributes, actions);
  if (differences.length > 0) throw raise.PLUGIN_INDEX_DRIFT({ id, differences });
  checkCapabilities(manifest, actions);
  return {
    actions,
    ...(plugin.config === undefined ? {} : { config: plugin.config as StandardSchema }),
    ...(plugin.start === undefined ? {} : { start: plugin.start as (context: object) => unknown }),
  };
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
  const { id: own, generation, contributes, config, start } = exported as Exported;
  if (own !== id)
    return raise.PLUGIN_EXPORT_INVALID({ id, problem: `exports a plugin with the id ${JSON.stringify(own)}` });
  if (generation !== SDK_GENERATION) {
    return raise.PLUGIN_SDK_GENERATION({
      id,
      found: typeof generation === 'number' ? generation : 'unknown',
      expected: SDK_GENERATION,
    });
  }
  if (!Array.isArray(contributes))
    return raise.PLUGIN_EXPORT_INVALID({ id, problem: 'exports a plugin whose `contributes` is not a list' });
  if (start !== undefined && typeof start !== 'function')
    return raise.PLUGIN_EXPORT_INVALID({ id, problem: 'exports a plugin whose `start` is not a function' });
  return { id: own, generation, contributes: [...contributes], config, start };
}

function readActions(contributes: unknown, id: string): AdoptedAction[] {
  const problems: string[] = [];
  const actions = (contributes as readonly unknown[]).flatMap((contribution, index) => {
    try {
      return readAction(contribution, index, problems);
    } catch (thrown) {
      problems.push(`contributes[${index}] cannot be read: ${thrownText(thrown)}`);
      return [];
    }
  });
  const names = actions.flatMap((action) => [action.name, ...action.aliases]);
  for (const name of new Set(names.filter((name, index) => names.indexOf(name) !== index)))
    problems.push(`\`${name}\` is contributed twice`);
  if (problems.length > 0) throw raise.PLUGIN_CONTRIBUTION_INVALID({ id, problems });
  return actions;
}

function readAction(contribution: unknown, index: number, problems: string[]): AdoptedAction[] {
  const kind = kindOf(contribution);
  if (kind !== 'action') {
    problems.push(
      `contributes[${index}] is ${kind === undefined ? 'not made with `defineAction`' : `of the unknown kind \`${kind}\``}`,
    );
    return [];
  }
  const parsed = actionShape.safeParse(contribution);
  if (parsed.success) return [parsed.data];
  const { name } = contribution as { readonly name?: unknown };
  const where = typeof name === 'string' ? name : `contributes[${index}]`;
  problems.push(
    ...parsed.error.issues.map(
      ({ path, message }) => `${where}: ${path.map(String).join('.')}: ${plainSchemaMessage(message)}`,
    ),
  );
  return [];
}

function checkCapabilities({ id, capabilities }: Manifest, actions: readonly AdoptedAction[]): void {
  const uses = actions.flatMap((action) =>
    action.uses.flatMap((port) => {
      const capability = CAPABILITY_OF[port];
      if (capability === undefined || capabilities[capability] !== undefined) return [];
      return [`\`${action.name}\` uses \`${port}\`, which needs the capability \`${capability}\``];
    }),
  );
  if (uses.length > 0) throw raise.PLUGIN_CAPABILITY_UNDECLARED({ id, uses });
}
