import { fromCursor, toCursor } from '../../storage/id-cursor.ts';
import type { Journal, JournalWrite, StoredEvent, StoredRun } from './journal.ts';

interface MemoryRun {
  run: StoredRun;
  readonly events: StoredEvent[];
}

/** A journal for runs without a server: the same rules, kept as long as the object lives. */
export function createMemoryJournal(): Journal {
  const runs = new Map<string, MemoryRun>();
  const definitions = new Map<string, string>();
  const keys = new Map<string, { readonly runId: string; readonly expiresAt: number }>();
  const apply = (write: JournalWrite) => {
    const { runId, start, event, end } = write;
    if (start !== undefined) {
      const { workflow, version, definitionHash, definition, triggerType, startedAt, key, parent } = start;
      runs.set(runId, {
        run: {
          runId,
          workflow,
          version,
          definitionHash,
          triggerType,
          startedAt,
          status: 'running',
          ...(parent !== undefined && { parent }),
        },
        events: [],
      });
      definitions.set(definitionHash, definition);
      if (key !== undefined) keys.set(keyOf(workflow, key.text), { runId, expiresAt: key.expiresAt });
    }
    const kept = runs.get(runId)!;
    if (event !== undefined) kept.events.push(event);
    if (end !== undefined) kept.run = { ...kept.run, ...end };
  };
  return {
    append: async (writes) => writes.forEach(apply),
    queued: 0,
    full: false,
    unfinished: async () =>
      [...runs.values()].filter(({ run }) => run.status === 'running').map(({ run }) => run.runId),
    run: async (runId) => runs.get(runId)?.run,
    events: async (runId, after, limit) => (runs.get(runId)?.events ?? []).slice(after, after + limit),
    definition: async (hash) => definitions.get(hash),
    async runByKey(workflow, key, now) {
      const known = keys.get(keyOf(workflow, key));
      return known !== undefined && known.expiresAt > now ? known.runId : undefined;
    },
    async list({ workflow, status, limit, cursor }) {
      const before = cursor === undefined ? undefined : fromCursor(cursor);
      const fitting = [...runs.values()]
        .map(({ run }) => run)
        .filter(
          (run) =>
            (workflow === undefined || run.workflow === workflow) && (status === undefined || run.status === status),
        )
        .filter((run) => before === undefined || run.runId < before)
        .sort((a, b) => (a.runId < b.runId ? 1 : -1));
      const items = fitting.slice(0, limit);
      return fitting.length > limit ? { items, nextCursor: toCursor(items.at(-1)!.runId) } : { items };
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function keyOf(workflow: string, key: string): string {
  return JSON.stringify([workflow, key]);
}
