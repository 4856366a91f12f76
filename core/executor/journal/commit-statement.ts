import { BinaryArray } from './binary-array.ts';
import { CommitExtras, extraParts } from './commit-extras.ts';
import type { Batch } from './group-commit.ts';
import { addInteraction, INTERACTION_COLUMNS, interactionsInsert } from './interaction-columns.ts';
import type { InteractionRow } from './interaction-row.ts';
import type { JournalWrite, RunEnd, RunStart } from './journal.ts';

/** A prepared statement with its parameters, as `pg` takes it. It answers or touches a row while the host has its place, else none. */
export interface CommitStatement {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
}

const FENCE = 'fence AS MATERIALIZED (SELECT 1 AS held FROM engine_host WHERE id = $1)';
const HELD = 'SELECT held FROM fence';

/** In the order of the parameters, which begin with number 2. */
const COLUMNS = {
  events: ['uuid', 'int4', 'text'],
  starts: [
    ...(['uuid', 'uuid', 'text', 'int4', 'text', 'text', 'int8', 'text', 'int8', 'text'] as const),
    ...(['uuid', 'int4', 'uuid', 'text'] as const),
  ],
  ends: ['uuid', 'text', 'int8', 'text'],
  definitions: ['text', 'text'],
  keys: ['text', 'text', 'uuid', 'int8'],
  messages: ['int8'],
  interactions: INTERACTION_COLUMNS,
} as const;
type Part = keyof typeof COLUMNS;
const PARTS = Object.keys(COLUMNS) as Part[];

/** The number of the first parameter of a part. */
function firstOf(part: Part): number {
  return PARTS.slice(0, PARTS.indexOf(part)).reduce((sum, earlier) => sum + COLUMNS[earlier].length, 2);
}

/** The rows of a part, named. */
function rowsOf(part: Part, names: string): string {
  const arrays = COLUMNS[part].map((type, index) => `$${firstOf(part) + index}::${type}[]`);
  return `unnest(${arrays.join(', ')}) AS n (${names})`;
}

const EVENT_NAMES = 'run_id, seq, body';
/**
 * A batch holds a write at most once, so a first try needs no check for duplicates; a repeated one, whose former fate is unknown,
 * skips the rows that are there.
 */
function eventsInsert(again: string): string {
  return `events AS (INSERT INTO run_event (${EVENT_NAMES}) SELECT n.* FROM fence, ${rowsOf('events', EVENT_NAMES)} ${again})`;
}

/** By far the most frequent: in its plainest form on the first try, where as many rows as there are events tell that the place stands. */
function eventsOnly(again: string): string {
  if (again === '') {
    return `INSERT INTO run_event (${EVENT_NAMES}) SELECT n.* FROM engine_host, ${rowsOf('events', EVENT_NAMES)} WHERE engine_host.id = $1`;
  }
  return `WITH ${FENCE}, ${eventsInsert(again)} ${HELD}`;
}

const START_NAMES =
  'id, workspace, workflow, version, definition, trigger_type, started_at, status, ended_at, error, parent, parent_seq, origin, origin_how';
function withRuns(again: string): string {
  return `WITH ${FENCE}, ${eventsInsert(again)},
    starts AS (INSERT INTO run (${START_NAMES}) SELECT n.* FROM fence, ${rowsOf('starts', START_NAMES)} ${again}),
    ends AS (UPDATE run SET status = n.status, ended_at = n.ended_at, error = n.error, wake_at = NULL
      FROM fence, ${rowsOf('ends', 'id, status, ended_at, error')} WHERE run.id = n.id)
    ${HELD}`;
}

/** A key that another run holds, of whatever host, is one that may not be null: the statement fails. */
const FREE_KEY =
  'run_key.run_id = excluded.run_id OR run_key.expires_at <= extract(epoch FROM clock_timestamp()) * 1000';
function withEverything(again: string): string {
  return `${withoutHeld(withRuns(again))},
    definitions AS (INSERT INTO run_definition (hash, body)
      SELECT n.* FROM fence, ${rowsOf('definitions', 'hash, body')}
      ON CONFLICT (hash) DO UPDATE SET unused_since = NULL WHERE run_definition.unused_since IS NOT NULL),
    keys AS (INSERT INTO run_key (workflow, key, run_id, expires_at)
      SELECT n.* FROM fence, ${rowsOf('keys', 'workflow, key, run_id, expires_at')}
      ON CONFLICT (workflow, key) DO UPDATE SET expires_at = excluded.expires_at,
        run_id = CASE WHEN ${FREE_KEY} THEN excluded.run_id END),
    messages AS (DELETE FROM run_message USING fence, ${rowsOf('messages', 'id')} WHERE run_message.id = n.id)
    ${HELD}`;
}

/** What is rare may cost a statement that carries everything else, too. */
function withExtras(again: string): string {
  const first = firstOf('interactions');
  const extras = extraParts(first + COLUMNS.interactions.length);
  return `${withoutHeld(withEverything(again))}, ${interactionsInsert(first)}, ${extras} ${HELD}`;
}

function withoutHeld(statement: string): string {
  return statement.slice(0, -HELD.length).trimEnd();
}

const SHAPES = { events: eventsOnly, runs: withRuns, everything: withEverything, extras: withExtras };
type Shape = keyof typeof SHAPES;
/** The last part that each shape carries. */
const LAST: Readonly<Record<Shape, Part>> = {
  events: 'events',
  runs: 'ends',
  everything: 'messages',
  extras: 'interactions',
};

/** Turns batches into statements. Keeps its buffers: a statement must have been sent before the next one is made. */
export class CommitStatements {
  readonly #columns = Object.fromEntries(
    PARTS.map((part) => [part, COLUMNS[part].map((type) => new BinaryArray(type))]),
  ) as Readonly<Record<Part, BinaryArray[]>>;
  readonly #extras = new CommitExtras();

  /** `isKnown`: definitions that are stored already need not be sent. */
  make(batch: Batch, hostId: string, isKnown: (hash: string) => boolean): CommitStatement {
    for (const part of PARTS) for (const column of this.#columns[part]) column.clear();
    let shape: Shape = 'events';
    const sent = new Set<string>();
    const rows = mergeStarts(batch);
    for (const write of rows.events) {
      this.#addEvent(write);
      if (write.message === undefined) continue;
      shape = 'everything';
      this.#columns.messages[0]!.addInt8(write.message);
    }
    for (const [write, end] of rows.starts) {
      if (shape === 'events') shape = 'runs';
      this.#addStart(write.runId, write.start!, end);
      if (this.#addExtras(write.runId, write.start!, isKnown, sent)) shape = 'everything';
    }
    for (const [runId, end] of rows.ends) {
      if (shape === 'events') shape = 'runs';
      this.#addEnd(runId, end);
    }
    for (const [runId, row] of rows.interactions.values()) {
      shape = 'extras';
      addInteraction(this.#columns.interactions, runId, row);
    }
    const extras = this.#extras.make(batch);
    if (extras.any) shape = 'extras';
    return this.#statement(shape, batch.repeated, hostId, extras.values);
  }

  #statement(shape: Shape, repeated: boolean, hostId: string, extras: () => readonly unknown[]): CommitStatement {
    const parts = PARTS.slice(0, PARTS.indexOf(LAST[shape]) + 1);
    const values = [
      hostId,
      ...parts.flatMap((part) => this.#columns[part].map((column) => column.finish())),
      ...(shape === 'extras' ? extras() : []),
    ];
    return { name: `journal-${shape}${repeated ? '-again' : ''}`, text: TEXTS[shape][repeated ? 1 : 0], values };
  }

  #addEvent({ runId, event }: JournalWrite): void {
    const [ids, seqs, bodies] = this.#columns.events as [BinaryArray, BinaryArray, BinaryArray];
    ids.addUuid(runId);
    seqs.addInt4(event!.seq);
    bodies.addText(event!.body);
  }

  #addStart(runId: string, start: RunStart, end: RunEnd | undefined): void {
    const [id, workspace, workflow, version, definition, trigger, startedAt, ...others] = this.#columns
      .starts as BinaryArray[];
    const [status, endedAt, error, parent, seq, origin, how] = others;
    id!.addUuid(runId);
    workspace!.addUuid(start.workspace);
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
    origin!.addUuid(start.origin?.runId);
    how!.addText(start.origin && JSON.stringify({ ...start.origin, runId: undefined }));
  }

  #addEnd(runId: string, end: RunEnd): void {
    const [id, status, endedAt, error] = this.#columns.ends as BinaryArray[];
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
      this.#columns.definitions[0]!.addText(definitionHash);
      this.#columns.definitions[1]!.addText(definition);
    }
    if (key === undefined) return isNew;
    this.#columns.keys[0]!.addText(workflow);
    this.#columns.keys[1]!.addText(key.text);
    this.#columns.keys[2]!.addUuid(runId);
    this.#columns.keys[3]!.addInt8(key.expiresAt);
    return true;
  }
}

const TEXTS = Object.fromEntries(
  Object.entries(SHAPES).map(([shape, make]) => [shape, [make(''), make('ON CONFLICT DO NOTHING')]]),
) as unknown as Readonly<Record<Shape, readonly [string, string]>>;

/** A statement does not see the rows it inserts itself: a run that ends in the commit in which it starts is inserted as ended. */
function mergeStarts(batch: Batch) {
  const events: JournalWrite[] = [];
  const starts = new Map<string, [JournalWrite, RunEnd | undefined]>();
  const ends = new Map<string, RunEnd>();
  const interactions = new Map<string, readonly [string, InteractionRow]>();
  for (const { writes } of batch.entries) {
    for (const write of writes) {
      if (write.event !== undefined) events.push(write);
      // The newest alone: one statement cannot write a row twice.
      if (write.interactions !== undefined)
        for (const row of write.interactions) interactions.set(row.id, [write.runId, row]);
      if (write.start !== undefined) starts.set(write.runId, [write, write.end]);
      else if (write.end !== undefined) {
        const begun = starts.get(write.runId);
        if (begun === undefined) ends.set(write.runId, write.end);
        else begun[1] = write.end;
      }
    }
  }
  return { events, starts: starts.values(), ends, interactions };
}
