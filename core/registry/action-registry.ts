import { raise } from '../errors/catalogue.ts';
import { nearest } from '../language/source/did-you-mean.ts';
import type { ActionRegistry, RunnableAction } from './runnable-action.ts';

/** An empty table. Names and aliases share one space; an alias finds the action whose own name may differ. */
export function createActionRegistry(): ActionRegistry {
  const byName = new Map<string, RunnableAction>();
  const actions = new Set<RunnableAction>();

  const kept = new Map<string, RunnableAction>();

  const exchange = (leaving: readonly RunnableAction[], joining: readonly RunnableAction[]): Disposable => {
    const out = new Set(leaving);
    const joined = new Map<string, RunnableAction>();
    for (const action of joining) {
      for (const name of namesOf(action)) {
        const other = joined.get(name) ?? byName.get(name);
        if (other !== undefined && other !== action && !out.has(other)) throw duplicate(name, other, action);
        joined.set(name, action);
      }
    }
    for (const action of leaving) remove(action);
    for (const [name, action] of joined) byName.set(name, action);
    for (const action of joining) actions.add(action);
    return { [Symbol.dispose]: () => joining.forEach(remove) };
  };

  const remove = (action: RunnableAction): void => {
    if (!actions.delete(action)) return;
    for (const name of namesOf(action)) if (byName.get(name) === action) byName.delete(name);
  };

  return {
    add: (action) => exchange([], [action]),
    exchange,
    keep(older) {
      const rows = older.flatMap((action) =>
        [...namesOf(action)].map((name) => [`${name} ${action.info.origin}`, action] as const),
      );
      for (const [key, action] of rows) kept.set(key, action);
      return {
        [Symbol.dispose]() {
          for (const [key, action] of rows) if (kept.get(key) === action) kept.delete(key);
        },
      };
    },
    get(name, origin) {
      const current = byName.get(name);
      return origin === undefined || current?.info.origin === origin ? current : kept.get(`${name} ${origin}`);
    },
    list: () => [...actions].sort((a, b) => (a.info.name < b.info.name ? -1 : 1)),
    suggest: (name) => nearest(name, byName.keys()) ?? sameLastPart(name, byName.keys()),
  };
}

function namesOf({ info }: RunnableAction): Set<string> {
  return new Set([info.name, ...info.aliases]);
}

function duplicate(name: string, first: RunnableAction, second: RunnableAction) {
  return raise.ACTION_DUPLICATE({ name, first: owner(first, name), second: owner(second, name) });
}

function owner({ info }: RunnableAction, name: string): string {
  return info.name === name ? info.origin : `${info.origin} (as an alias of ${info.name})`;
}

/** `http_request` or `tools.http_request` for `core.http_request`: the right last part, a wrong or missing folder before it. */
function sameLastPart(name: string, candidates: Iterable<string>): string | undefined {
  const last = name.slice(name.lastIndexOf('.') + 1);
  const found = [...candidates].filter((candidate) => candidate.endsWith(`.${last}`));
  return found.length === 1 ? found[0] : undefined;
}
