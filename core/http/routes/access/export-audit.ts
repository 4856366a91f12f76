import { once } from 'node:events';
import { stringify } from 'csv-stringify/sync';
import type { Response } from 'express';
import type { AuditFilter } from '../../../access/audit/audit-filter.ts';
import type { AuditRecord, AuditTrail } from '../../../access/audit/audit-trail.ts';

const PAGE = 1_000;
const HEADER = [
  'seq',
  'at',
  'actor_kind',
  'actor_id',
  'actor_name',
  'action',
  'outcome',
  'organization',
  'workspace',
  'resource_type',
  'resource_id',
  'details',
  'address',
  'correlation_id',
  'hash',
];

/** Writes every entry that fits, page by page, at the pace of the reader. */
export async function exportAudit(
  trail: Pick<AuditTrail, 'list'>,
  filter: AuditFilter,
  format: 'ndjson' | 'csv',
  response: Response,
  signal: AbortSignal,
): Promise<void> {
  let current = await trail.list(filter, { limit: PAGE });
  response.setHeader(
    'Content-Type',
    format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8',
  );
  response.setHeader('Content-Disposition', `attachment; filename="audit.${format}"`);
  if (format === 'csv') response.write(stringify([HEADER]));
  for (;;) {
    const text =
      format === 'csv'
        ? stringify(current.items.map(columns), { escape_formulas: true })
        : current.items.map((item) => `${JSON.stringify(item)}\n`).join('');
    if (!response.write(text)) await once(response, 'drain', { signal });
    if (current.nextCursor === undefined || signal.aborted) break;
    current = await trail.list(filter, { limit: PAGE, cursor: current.nextCursor });
  }
  response.end();
}

function columns({
  seq,
  at,
  actor,
  action,
  outcome,
  resource,
  details,
  hash,
  ...rest
}: AuditRecord): readonly unknown[] {
  const { organization, workspace, address, correlationId } = rest;
  const who = [actor?.kind, actor?.id, actor?.name];
  const what = [organization, workspace, resource?.type, resource?.id, JSON.stringify(details)];
  return [seq, at, ...who, action, outcome, ...what, address, correlationId, hash];
}
