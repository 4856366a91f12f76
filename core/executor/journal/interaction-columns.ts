import { stringifyJson } from '@backplane/sdk';
import type { BinaryArray } from './binary-array.ts';
import type { InteractionRow } from './interaction-row.ts';

const NAMES = 'id, run_id, ref, stream, type, status, groups, deadline, opened_at, closed_at, body';
export const INTERACTION_COLUMNS = [
  'text',
  'uuid',
  'text',
  'text',
  'text',
  'text',
  'text',
  'int8',
  'int8',
  'int8',
  'text',
] as const;

/** Writes what was asked, or how it stands now. Its parameters begin with number `first`. */
export function interactionsInsert(first: number): string {
  const parameters = INTERACTION_COLUMNS.map((type, index) => `$${first + index}::${type}[]`).join(', ');
  return `interactions AS (INSERT INTO interaction (${NAMES})
      SELECT n.* FROM fence, unnest(${parameters}) AS n (${NAMES})
      ON CONFLICT (id) DO UPDATE SET status = excluded.status, closed_at = excluded.closed_at, body = excluded.body)`;
}

export function addInteraction(columns: readonly BinaryArray[], runId: string, row: InteractionRow): void {
  const [id, run, ref, stream, type, status, groups, deadline, openedAt, closedAt, body] = columns;
  const { message, requiredApprovers, approverGroups, approveIf, decisions, response } = row;
  id!.addText(row.id);
  run!.addUuid(runId);
  ref!.addText(row.ref);
  stream!.addText(row.stream);
  type!.addText(row.type);
  status!.addText(row.status);
  groups!.addText(groupsText(approverGroups));
  deadline!.addInt8(row.deadline);
  openedAt!.addInt8(row.openedAt);
  closedAt!.addInt8(row.closedAt);
  body!.addText(stringifyJson({ message, requiredApprovers, approverGroups, approveIf, decisions, response }));
}

export function groupsText(groups: readonly string[]): string {
  return `,${groups.map((group) => JSON.stringify(group)).join(',')},`;
}
