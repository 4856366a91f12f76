import { parseJson } from '@backplane/sdk';
import type { RunStatus } from '../engine.ts';
import { groupsText } from './interaction-columns.ts';
import { fromInteractionCursor, toInteractionCursor } from './interaction-cursor.ts';
import {
  closedWithRun,
  type InteractionQuery,
  type StoredInteraction,
  type StoredInteractionPage,
} from './interaction-row.ts';

interface Row {
  readonly id: string;
  readonly run_id: string;
  readonly ref: string;
  readonly stream: string | null;
  readonly type: 'response' | 'approval';
  readonly status: StoredInteraction['status'];
  readonly deadline: string | null;
  readonly opened_at: string;
  readonly closed_at: string | null;
  readonly body: string;
  readonly workspace: string;
  readonly workflow: string;
  readonly run_status: RunStatus;
  readonly ended_at: string | null;
}

type Query = <T extends object>(text: string, values: unknown[]) => Promise<T[]>;

const SELECT = `SELECT i.id, i.run_id, i.ref, i.stream, i.type, i.status, i.deadline, i.opened_at, i.closed_at, i.body,
  run.workspace, run.workflow, run.status AS run_status, run.ended_at FROM interaction i JOIN run ON run.id = i.run_id`;
const OPEN = "i.status = 'open' AND run.status = 'running'";

export async function readInteraction(query: Query, id: string): Promise<StoredInteraction | undefined> {
  // No text of Postgres holds it, so nothing of that name is stored.
  if (id.includes('\0')) return undefined;
  const [row] = await query<Row>(`${SELECT} WHERE i.id = $1`, [id]);
  return row === undefined ? undefined : fromRow(row);
}

/** Newest first. Throws STORAGE_CURSOR_INVALID. */
export async function listInteractions(
  query: Query,
  { status, workspace, workflow, approverGroup, limit, cursor }: InteractionQuery,
): Promise<StoredInteractionPage> {
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const after = cursor === undefined ? undefined : fromInteractionCursor(cursor);
  const conditions = [
    ...(status === undefined ? [] : [status === 'open' ? OPEN : `NOT (${OPEN})`]),
    ...(workspace === undefined ? [] : [`run.workspace = ${bind(workspace)}`]),
    ...(workflow === undefined ? [] : [`run.workflow = ${bind(workflow)}`]),
    ...(approverGroup === undefined ? [] : [`strpos(i.groups, ${bind(groupsText([approverGroup]))}) > 0`]),
    ...(after === undefined ? [] : [`(i.opened_at, i.id) < (${bind(after.openedAt)}, ${bind(after.id)})`]),
  ];
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const rows = await query<Row>(
    `${SELECT} ${where} ORDER BY i.opened_at DESC, i.id DESC LIMIT ${bind(limit + 1)}`,
    values,
  );
  const items = rows.slice(0, limit).map(fromRow);
  return rows.length > limit ? { items, nextCursor: toInteractionCursor(items.at(-1)!) } : { items };
}

function fromRow(row: Row): StoredInteraction {
  const body = parseJson(row.body) as Pick<
    StoredInteraction,
    'message' | 'requiredApprovers' | 'approverGroups' | 'approveIf' | 'decisions' | 'response'
  >;
  const stored: StoredInteraction = {
    id: row.id,
    runId: row.run_id,
    workspace: row.workspace,
    workflow: row.workflow,
    ref: row.ref,
    ...(row.stream !== null && { stream: row.stream }),
    type: row.type,
    status: row.status,
    openedAt: Number(row.opened_at),
    ...(row.deadline !== null && { deadline: Number(row.deadline) }),
    ...(row.closed_at !== null && { closedAt: Number(row.closed_at) }),
    ...body,
  };
  return closedWithRun(stored, {
    status: row.run_status,
    ...(row.ended_at !== null && { endedAt: Number(row.ended_at) }),
  });
}
