import { BinaryArray } from './binary-array.ts';
import type { Batch } from './group-commit.ts';
import type { JournalWrite, RunEnd, RunStart } from './journal.ts';

/** A prepared statement with its parameters, as `pg` takes it. It answers or touches a row when the lease still stands, else none. */
export interface CommitStatement {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
}

const FENCE = "fence AS MATERIALIZED (SELECT 1 AS held FROM engine_lease WHERE name = 'journal' AND epoch = $1)";
const HELD = 'SELECT held FROM fence';

/**
 * A batch holds a write at most once, so a first try needs no check for duplicates; a repeated one, whose former fate is unknown,
 * skips the rows that are there.
 */
function eventsInsert(first: number, again: string): string {
  const rows = `unnest($${first}::uuid[], $${first + 1}::int4[], $${first + 2}::text[]) AS n (run_id, seq, body)`;
  return `events AS (INSERT INTO run_event (run_id, seq, body) SELECT n.* FROM fence, ${rows} ${again})`;
}

/** By far the most frequent: in its plainest form on the first try, where as many rows as there are events tell that the lease stands. */
function eventsOnly(again: string): string {
  if (again === '') {
    return `INSERT INTO run_event (run_id, seq, body) SELECT n.* FROM engine_lease,
      unnest($2::uuid[], $3::int4[], $4::text[]) AS n (run_id, seq, body) WHERE engine_lease.name = 'journal' AND engine_lease.epoch = $1`;
  }
  return `WITH ${FENCE}, ${eventsInsert(2, again)} ${HELD}`;
}

function withRuns(again: string): string {
  return `WITH ${FENCE}, ${eventsInsert(2, again)},
    starts AS (INSERT INTO run (id, workflow, version, definition, trigger_type, started_at, status, ended_at, error, parent, parent_seq)
      SELECT n.* FROM fence, unnest($5::uuid[], $6::text[], $7::int4[], $8::text[], $9::text[], $10::int8[], $11::text[], $12::int8[], $13::text[], $14::uuid[], $15::int4[])
        AS n (id, workflow, version, definition, trigger_type, started_at, status, ended_at, error, parent, parent_seq) ${again}),
    ends AS (UPDATE run SET status = n.status, ended_at = n.ended_at, error = n.error
      FROM fence, unnest($16::uuid[], $17::text[], $18::int8[], $19::text[]) AS n (id, status, ended_at, error) WHERE run.id = n.id)
    ${HELD}`;
}

function withEverything(again: string): string {
  return `${withRuns(again).slice(0, -HELD.length).trimEnd()},
    definitions AS (INSERT INTO run_definition (hash, body)
      SELECT n.* FROM fence, unnest($20::text[], $21::text[]) AS n (hash, body) ON CONFLICT DO NOTHING),
    keys AS (INSERT INTO run_key (workflow, key, run_id, expires_at)
      SELECT n.* FROM fence, unnest($22::text[], $23::text[], $24::uuid[], $25::int8[]) AS n (workflow, key, run_id, expires_at)
      ON CONFLICT (workflow, key) DO UPDATE SET run_id = excluded.run_id, expires_at = excluded.expires_at)
    ${HELD}`;
}

const SHAPES = { events: eventsOnly, runs: withRuns, everything: withEverything };
type Shape = keyof typeof SHAPES;
const EVENT_COLUMNS = ['uuid', 'int4', 'text'] as const;
const START_COLUMNS = ['uuid', 'text', 'int4', 'text', 'text', 'int8', 'text', 'int8', 'text', 'uuid', 'int4'] as const;
const END_COLUMNS = ['uuid', 'text', 'int8', 'text'] as const;
const DEFINITION_COLUMNS = ['text', 'text'] as const;
const KEY_COLUMNS = ['text', 'text', 'uuid', 'int8'] as const;

/** Turns batches into statements. Keeps its buffers: a statement must have been sent before the next one is made. */
export class CommitStatements {
  readonly #events = columns(EVENT_COLUMNS);
  readonly #starts = columns(START_COLUMNS);
  readonly #ends = columns(END_COLUMNS);
  readonly #definitions = columns(DEFINITION_COLUMNS);
  readonly #keys = columns(KEY_COLUMNS);

  /** `isKnown`: definitions that are stored already need not be sent. */
  make(batch: Batch, epoch: string, isKnown: (hash: string) => boolean): CommitStatement {
    for (const group of [this.#events, this.#starts, this.#ends, this.#definitions, this.#keys])
      for (const column of group) column.clear();
    let shape: Shape = 'events';
    const sent = new Set<string>();
    const rows = mergeStarts(batch);
    for (const write of rows.events) this.#addEvent(write);
    for (const [write, end] of rows.starts) {
      if (shape === 'events') shape = 'runs';
      this.#addStart(write.runId, write.start!, end);
      if (this.#addExtras(write.runId, write.start!, isKnown, sent)) shape = 'everything';
    }
    for (const [runId, end] of rows.ends) {
      if (shape === 'events') shape = 'runs';
      this.#addEnd(runId, end);
    }
    return this.#statement(shape, batch.repeated, epoch);
  }

  #statement(shape: Shape, repeated: boolean, epoch: string): CommitStatement {
    const groups = [this.#events];
    if (shape !== 'events') groups.push(this.#starts, this.#ends);
    if (shape === 'everything') groups.push(this.#definitions, this.#keys);
    const values = [epoch, ...groups.flatMap((group) => group.map((column) => column.finish()))];
    return { name: `journal-${shape}${repeated ? '-again' : ''}`, text: TEXTS[shape][repeated ? 1 : 0], values };
  }

  #addEvent({ runId, event }: JournalWrite): void {
    const [ids, seqs, bodies] = this.#events as [BinaryArray, BinaryArray, BinaryArray];
    ids.addUuid(runId);
    seqs.addInt4(event!.seq);
    bodies.addText(event!.body);
  }

  #addStart(runId: string, start: RunStart, end: RunEnd | undefined): void {
    const [id, workflow, version, definition, trigger, startedAt, status, endedAt, error, parent, seq] = this
      .#starts as BinaryArray[];
    id!.addUuid(runId);
    workflow!.addText(start.workflow);
    version!.addInt4(start.version);
    definition!.addText(start.definitionHash);
    trigger!.addText(start.triggerType);
    startedAt!.addInt8(start.startedAt);
    status!.addText(end?.status ?? 'running');
    endedAt!.addInt8(end?.endedAt);
    error!.addText(end?.error);
    parent!.addUuid(start.parent?.runId);
    seq!.addInt4(start.parent?.seq);
  }

  #addEnd(runId: string, end: RunEnd): void {
    const [id, status, endedAt, error] = this.#ends as BinaryArray[];
    id!.addUuid(runId);
    status!.addText(end.status);
    endedAt!.addInt8(end.endedAt);
    error!.addText(end.error);
  }

  #addExtras(runId: string, start: RunStart, isKnown: (hash: string) => boolean, sent: Set<string>): boolean {
    const { definitionHash, definition, key, workflow } = start;
    const isNew = !isKnown(definitionHash) && !sent.has(definitionHash);
    if (isNew) {
      sent.add(definitionHash);
      this.#definitions[0]!.addText(definitionHash);
      this.#definitions[1]!.addText(definition);
    }
    if (key === undefined) return isNew;
    this.#keys[0]!.addText(workflow);
    this.#keys[1]!.addText(key.text);
    this.#keys[2]!.addUuid(runId);
    this.#keys[3]!.addInt8(key.expiresAt);
    return true;
  }
}

const TEXTS = Object.fromEntries(
  Object.entries(SHAPES).map(([shape, make]) => [shape, [make(''), make('ON CONFLICT DO NOTHING')]]),
) as unknown as Readonly<Record<Shape, readonly [string, string]>>;

function columns(types: readonly ('uuid' | 'int4' | 'int8' | 'text')[]): BinaryArray[] {
  return types.map((type) => new BinaryArray(type));
}

/** A statement does not see the rows it inserts itself: a run that ends in the commit in which it starts is inserted as ended. */
function mergeStarts(batch: Batch) {
  const events: JournalWrite[] = [];
  const starts = new Map<string, [JournalWrite, RunEnd | undefined]>();
  const ends = new Map<string, RunEnd>();
  for (const { writes } of batch.entries) {
    for (const write of writes) {
      if (write.event !== undefined) events.push(write);
      if (write.start !== undefined) starts.set(write.runId, [write, write.end]);
      else if (write.end !== undefined) {
        const begun = starts.get(write.runId);
        if (begun === undefined) ends.set(write.runId, write.end);
        else begun[1] = write.end;
      }
    }
  }
  return { events, starts: starts.values(), ends };
}
