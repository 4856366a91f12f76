import { BackplaneError } from '@backplane/sdk';
import { toProblem } from '../../language/source/to-problem.ts';
import type { ActionInfo, RunnableAction } from '../../registry/runnable-action.ts';
import type { Manifest } from '../manifest/manifest-schema.ts';

/** What a manifest says of an action: enough to find it by name. */
export interface IndexedAction {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly origin: string;
  readonly group: string;
}

/** The actions that a manifest lists. */
function indexedActions({ id, version, contributes: { actions, aliases } }: Manifest): IndexedAction[] {
  return actions.map((name) => ({
    name,
    aliases: Object.keys(aliases).filter((alias) => aliases[alias] === name),
    origin: `${id}@${version}`,
    group: id,
  }));
}

/** Every action that a manifest lists; `load` brings all of them, once one is used. */
export function lazyActions(
  manifest: Manifest,
  load: () => ReadonlyMap<string, RunnableAction>,
): readonly RunnableAction[] {
  let actions: ReadonlyMap<string, RunnableAction> | undefined;
  return indexedActions(manifest).map((indexed) =>
    lazyAction(indexed, () => {
      actions ??= load();
      return actions.get(indexed.name)!;
    }),
  );
}

/** Every other member of {@link ActionInfo}: known once the code is loaded. */
const LOADED_MEMBERS = [
  'title',
  'description',
  'group',
  'docsUrl',
  'deprecated',
  'effect',
  'idempotent',
  'inputSchema',
  'outputSchema',
  'secrets',
  'unevaluated',
  'timeoutMs',
] as const satisfies readonly (keyof ActionInfo)[];

/**
 * An action known by its manifest; `load` brings the real one on first use and throws a coded error when the plugin is broken. Reading
 * `info` never throws: a list of all actions survives a broken plugin.
 */
export function lazyAction(indexed: IndexedAction, load: () => RunnableAction): RunnableAction {
  const { name, aliases, origin, group } = indexed;
  const known = { name, kind: 'plugin' as const, aliases, origin };
  const info = Object.defineProperties(
    { ...known },
    Object.fromEntries(LOADED_MEMBERS.map((key) => [key, { enumerable: true, get: () => infoOf()[key] }])),
  ) as ActionInfo;
  return {
    info,
    check(args, source, path) {
      try {
        return load().check(args, source, path);
      } catch (error) {
        if (!BackplaneError.is(error)) throw error;
        return [toProblem(error, source.positionOf(path))];
      }
    },
    run: async (invocation) => load().run(invocation),
  };

  function infoOf(): ActionInfo {
    try {
      return load().info;
    } catch (error) {
      const description = error instanceof Error ? error.message : String(error);
      return {
        ...known,
        group,
        title: name,
        description,
        effect: 'write',
        idempotent: 'never',
        inputSchema: {},
        secrets: [],
        unevaluated: [],
      };
    }
  }
}
