import { raise } from '../errors/catalogue.ts';
import { nearest } from '../language/source/did-you-mean.ts';
import type { ActionRegistry, RunnableAction } from './runnable-action.ts';

/** An empty table. Names and aliases share one space; an alias finds the action whose own name may differ. */
export function createActionRegistry(): ActionRegistry {
  const byName = new Map<string, RunnableAction>();
  const actions = new Set<RunnableAction>();

  return {
    add(action) {
      const names = new Set([action.info.name, ...action.info.aliases]);
      for (const name of names) {
        const owner = byName.get(name);
        if (owner !== undefined) throw duplicate(name, owner, action);
      }
      for (const name of names) byName.set(name, action);
      actions.add(action);
      return {
        [Symbol.dispose]() {
          if (!actions.delete(action)) return;
          for (const name of names) byName.delete(name);
        },
      };
    },
    get: (name) => byName.get(name),
    list: () => [...actions].sort((a, b) => (a.info.name < b.info.name ? -1 : 1)),
    suggest: (name) => nearest(name, byName.keys()) ?? sameLastPart(name, byName.keys()),
  };
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
