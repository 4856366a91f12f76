import { fromCursor, toCursor } from '../../storage/id-cursor.ts';
import { firstIdAt } from '../../storage/uuid-text.ts';
import { shardOf } from '../hosts/shard.ts';
import type { Journal, JournalWrite, Notice, Sleeper, Snapshot, StoredEvent, StoredRun } from './journal.ts';
import { matchesRun } from './matches-run.ts';
import { MemoryInteractions } from './memory-interactions.ts';

interface MemoryRun {
  run: StoredRun;
  readonly events: StoredEvent[];
  readonly blobs: Set<string>;
  snapshot?: Snapshot;
}

/** A journal for runs without a server: the same rules, kept as long as the object lives. */
export function createMemoryJournal(onNotice: (notice: Notice, runId: string) => void = () => undefined): Journal {
  const runs = new Map<string, MemoryRun>();
  const definitions = new Map<string, string>();
  const keys = new Map<string, { readonly runId: string; readonly expiresAt: number }>();
  const interactions = new MemoryInteractions((runId) => runs.get(runId)!.run);
  const unusedSince = new Map<string, number>();
  const setWakeAt = (kept: MemoryRun, wakeAt: number | null) => {
    const { wakeAt: _, ...awake } = kept.run;
    kept.run = wakeAt === null ? awake : { ...awake, wakeAt };
  };
  const isNeeded = ({ parent }: StoredRun) =>
    parent?.seq !== undefined && runs.get(parent.runId)?.run.status === 'running';
  const apply = (write: JournalWrite) => {
    const { runId, start, event, end, blobs = [], snapshot, wakeAt, rouse = [] } = write;
    if (start !== undefined) {
      const { definitionHash, definition, key, ...facts } = start;
      runs.set(runId, {
        run: { runId, definitionHash, ...facts, status: 'running' },
        events: [],
        blobs: new Set(),
      });
      definitions.set(definitionHash, definition);
      unusedSince.delete(definitionHash);
      if (key !== undefined) keys.set(keyOf(facts.workflow, key.text), { runId, expiresAt: key.expiresAt });
    }
    const kept = runs.get(runId)!;
    if (event !== undefined) kept.events.push(event);
    for (const blob of blobs) kept.blobs.add(blob);
    if (snapshot !== undefined && kept.run.status === 'running' && snapshot.seq >= (kept.snapshot?.seq ?? 0))
      kept.snapshot = snapshot;
    if (wakeAt !== undefined) setWakeAt(kept, wakeAt);
    for (const id of rouse) {
      const other = runs.get(id);
      if (other?.run.wakeAt !== undefined) setWakeAt(other, 0);
    }
    for (const row of write.interactions ?? []) interactions.write(kept.run, row);
    if (end === undefined) return;
    const { notices = [], ...ended } = end;
    setWakeAt(kept, null);
    kept.run = { ...kept.run, ...ended };
    delete kept.snapshot;
    for (const notice of notices) onNotice(notice, runId);
  };
  return {
    append: async (writes) => writes.forEach(apply),
    queued: 0,
    full: false,
    unfinished: async (shards) =>
      [...runs.values()]
        .map(({ run }) => run)
        .filter(({ status, wakeAt }) => status === 'running' && wakeAt === undefined)
        .filter(({ runId }) => shards?.includes(shardOf(runId)) !== false)
        .map(({ runId }) => runId),
    async sleepers(until, after, limit, shards) {
      const asleep = [...runs.values()].flatMap(({ run: { runId, wakeAt } }): Sleeper[] =>
        wakeAt === undefined ? [] : [{ runId, wakeAt }],
      );
      return asleep

        .filter(({ runId }) => shards?.includes(shardOf(runId)) !== false)
        .filter((one) => one.wakeAt <= until && (after === undefined || compareSleepers(one, after) > 0))
        .sort(compareSleepers)
        .slice(0, limit);
    },
    run: async (runId) => runs.get(runId)?.run,
    events: async (runId, after, limit) => (runs.get(runId)?.events ?? []).slice(after, after + limit),
    payload: async ({ body }) => body,
    snapshot: async (runId) => runs.get(runId)?.snapshot,
    definition: async (hash) => definitions.get(hash),
    async runByKey(workflow, key, now) {
      const known = keys.get(keyOf(workflow, key));
      return known !== undefined && known.expiresAt > now ? known.runId : undefined;
    },
    unfinishedChildren: async (parentId, which) =>
      [...runs.values()]
        .filter(({ run: { status, parent } }) => status === 'running' && parent?.runId === parentId)
        .filter(({ run: { parent } }) => which === 'all' || parent!.seq !== undefined)
        .map(({ run }) => run.runId),
    reruns: async (originId) =>
      [...runs.values()].filter(({ run }) => run.origin?.runId === originId).map(({ run }) => run.runId),
    async list({ order = 'newest', limit, cursor, ...filter }) {
      const last = cursor === undefined ? undefined : fromCursor(cursor);
      const now = Date.now();
      const fitting = [...runs.values()]
        .map(({ run }) => run)
        .filter((run) => matchesRun(run, filter, now))
        .sort((a, b) => (a.runId < b.runId === (order === 'newest') ? 1 : -1))
        .filter(({ runId }) => last === undefined || (order === 'newest' ? runId < last : runId > last));
      const items = fitting.slice(0, limit);
      return fitting.length > limit ? { items, nextCursor: toCursor(items.at(-1)!.runId) } : { items };
    },
    interaction: async (id) => interactions.get(id),
    interactions: async (query) => interactions.list(query),
    retainingDefinitions: async () =>
      [...definitions].filter(([, text]) => text.includes('"retention":')).map(([hash]) => hash),
    async ended({ before, after = '', definitions: wanted, limit }) {
      return [...runs.values()]
        .map(({ run }) => run)
        .filter(({ runId }) => runId < firstIdAt(before) && runId > after)
        .filter(({ definitionHash }) => wanted === undefined || wanted.includes(definitionHash))
        .flatMap(({ runId, status, endedAt, definitionHash }) =>
          status === 'running' ? [] : [{ runId, status, endedAt: endedAt!, definitionHash }],
        )
        .sort((a, b) => (a.runId < b.runId ? -1 : 1))
        .slice(0, limit);
    },
    async remove(runIds) {
      const gone = runIds.flatMap((runId) => runs.get(runId) ?? []).filter(({ run }) => isOver(run) && !isNeeded(run));
      for (const { run } of gone) {
        runs.delete(run.runId);
        interactions.forget(run.runId);
        for (const [name, { runId }] of keys) if (runId === run.runId) keys.delete(name);
      }
      return {
        runIds: gone.map(({ run }) => run.runId),
        blobs: [...new Set(gone.flatMap(({ blobs }) => [...blobs]))],
      };
    },
    async unreferenced(blobs) {
      const kept = [...runs.values()];
      return blobs.filter((hash) => !kept.some((run) => run.blobs.has(hash) || isApart(run.snapshot, hash)));
    },
    async forgetDefinitions(now, unusedForMs) {
      const used = new Set([...runs.values()].map(({ run }) => run.definitionHash));
      let forgotten = 0;
      for (const hash of [...definitions.keys()].filter((candidate) => !used.has(candidate))) {
        const since = unusedSince.get(hash) ?? now;
        unusedSince.set(hash, since);
        if (since > now - unusedForMs) continue;
        definitions.delete(hash);
        unusedSince.delete(hash);
        forgotten++;
      }
      return forgotten;
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function isOver({ status }: StoredRun): boolean {
  return status !== 'running';
}

function isApart(snapshot: Snapshot | undefined, hash: string): boolean {
  return snapshot !== undefined && snapshot.body === undefined && snapshot.hash === hash;
}

function compareSleepers(a: Sleeper, b: Sleeper): number {
  return a.wakeAt - b.wakeAt || (a.runId < b.runId ? -1 : Number(a.runId > b.runId));
}

function keyOf(workflow: string, key: string): string {
  return JSON.stringify([workflow, key]);
}
