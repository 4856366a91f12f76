import { BackplaneError } from '@backplane/sdk';
import { toProblem } from '../../language/source/to-problem.ts';
import type { ActionInfo, Invocation, RunnableAction } from '../../registry/runnable-action.ts';
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
export function lazyActions(manifest: Manifest, load: () => readonly RunnableAction[]): readonly RunnableAction[] {
  let actions: readonly RunnableAction[] | undefined;
  return indexedActions(manifest).map((indexed) =>
    lazyAction(indexed, () => {
      actions ??= load();
      return actions.find(({ info }) => info.name === indexed.name)!;
    }),
  );
}

/**
 * The same for code that takes a moment to load, because it runs elsewhere. What is asked before that throws {@link NotYetLoaded};
 * whoever asks does so in {@link onceLoaded}. Running an action waits by itself.
 */
export function awaitedActions(
  manifest: Manifest,
  load: () => Promise<readonly RunnableAction[]>,
): readonly RunnableAction[] {
  let outcome: { readonly actions: readonly RunnableAction[] } | { readonly error: unknown } | undefined;
  let loading: Promise<void> | undefined;
  const loaded = (): Promise<void> => {
    loading ??= load().then(
      (actions) => {
        outcome = { actions };
      },
      (error) => {
        outcome = { error };
      },
    );
    return loading;
  };
  return indexedActions(manifest).map((indexed) => {
    const now = () => {
      if (outcome === undefined) throw new NotYetLoaded(loaded);
      if ('error' in outcome) throw outcome.error;
      return outcome.actions.find(({ info }) => info.name === indexed.name)!;
    };
    const run = async (invocation: Invocation) => {
      await loaded();
      return now().run(invocation);
    };
    return { ...lazyAction(indexed, now), run };
  });
}

/** Something was asked of an action whose plugin is not loaded yet; never an answer to anybody. */
class NotYetLoaded extends Error {
  readonly loaded: () => Promise<void>;

  constructor(loaded: () => Promise<void>) {
    super('the plugin of this action is not loaded yet');
    this.loaded = loaded;
  }
}

/** Asks again and again until every plugin that the question concerns is loaded. `look` must be a mere question: it may be repeated. */
export async function onceLoaded<T>(look: () => T | Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await look();
    } catch (thrown) {
      if (!(thrown instanceof NotYetLoaded)) throw thrown;
      await thrown.loaded();
    }
  }
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
      if (error instanceof NotYetLoaded) throw error;
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
