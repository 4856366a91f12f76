import type { DataSource } from 'typeorm';
import { raise } from '../../errors/catalogue.ts';
import { withCodedFailures } from '../../storage/coded-failures.ts';
import { type AuditFilter, auditConditions } from './audit-filter.ts';
import type { DigestedRow } from './audit-writer.ts';
import { type AuditCheck, verifyChain } from './verify-chain.ts';

/** An entry as people read it. */
export interface AuditRecord {
  /** Counts up without a gap. */
  readonly seq: string;
  readonly at: string;
  readonly actor: { readonly kind: string; readonly id?: string; readonly name: string } | null;
  readonly action: string;
  readonly outcome: 'done' | 'denied' | 'failed';
  readonly organization?: string;
  readonly workspace?: string;
  readonly resource?: { readonly type: string; readonly id?: string };
  readonly details: Readonly<Record<string, unknown>>;
  readonly address?: string;
  readonly correlationId?: string;
  /** Hex; holds for this row and all before it. */
  readonly hash: string;
}

export interface AuditPage {
  readonly items: readonly AuditRecord[];
  readonly nextCursor?: string;
}

export interface AuditTrail {
  append(rows: readonly DigestedRow[]): Promise<void>;
  /** Newest first. Throws STORAGE_CURSOR_INVALID. */
  list(filter: AuditFilter, page: { readonly limit: number; readonly cursor?: string | undefined }): Promise<AuditPage>;
  /** Oldest first, from behind this row on. */
  after(seq: string, limit: number): Promise<readonly AuditRecord[]>;
  verify(): Promise<AuditCheck>;
  /** Deletes what is older, in order from the beginning; gives how many rows. */
  forget(older: Date): Promise<number>;
}

const COLUMNS = `seq, at, actor_kind, actor_id, actor_name, action, outcome, organization_id, workspace_id, resource_type,
  resource_id, details, address, correlation_id, encode(hash, 'hex') AS hash`;

export function createAuditTrail(source: DataSource): AuditTrail {
  return withCodedFailures<AuditTrail>({
    async append(rows) {
      await source.query('SELECT audit_append($1)', [JSON.stringify(rows)]);
    },
    async list(filter, { limit, cursor }) {
      const { where, values } = auditConditions(filter, cursor === undefined ? undefined : seqOf(cursor));
      const rows: readonly StoredRow[] = await source.query(
        `SELECT ${COLUMNS} FROM audit_entry WHERE ${where} ORDER BY seq DESC LIMIT ${limit + 1}`,
        [...values],
      );
      const items = rows.slice(0, limit).map(recordOf);
      return rows.length > limit ? { items, nextCursor: cursorOf(items.at(-1)!.seq) } : { items };
    },
    async after(seq, limit) {
      const rows: readonly StoredRow[] = await source.query(
        `SELECT ${COLUMNS} FROM audit_entry WHERE seq > $1 ORDER BY seq LIMIT $2`,
        [seq, limit],
      );
      return rows.map(recordOf);
    },
    verify: () => source.transaction('REPEATABLE READ', (tx) => verifyChain(tx)),
    async forget(older) {
      const [row]: readonly { readonly count: string }[] = await source.query('SELECT audit_forget($1) AS count', [
        older,
      ]);
      return Number(row?.count ?? 0);
    },
  });
}

interface StoredRow {
  readonly seq: string;
  readonly at: Date;
  readonly actor_kind: string | null;
  readonly actor_id: string | null;
  readonly actor_name: string | null;
  readonly action: string;
  readonly outcome: AuditRecord['outcome'];
  readonly organization_id: string | null;
  readonly workspace_id: string | null;
  readonly resource_type: string | null;
  readonly resource_id: string | null;
  readonly details: string;
  readonly address: string | null;
  readonly correlation_id: string | null;
  readonly hash: string;
}

function recordOf(row: StoredRow): AuditRecord {
  const { seq, action, outcome, hash, actor_kind: kind, actor_name: name } = row;
  const known = <K extends string>(key: K, value: string | null) =>
    (value === null ? {} : { [key]: value }) as { readonly [P in K]?: string };
  return {
    seq,
    at: row.at.toISOString(),
    actor: kind === null || name === null ? null : { kind, ...known('id', row.actor_id), name },
    action,
    outcome,
    ...known('organization', row.organization_id),
    ...known('workspace', row.workspace_id),
    ...(row.resource_type !== null && { resource: { type: row.resource_type, ...known('id', row.resource_id) } }),
    details: detailsOf(row.details),
    ...known('address', row.address),
    ...known('correlationId', row.correlation_id),
    hash,
  };
}

/** Rows that somebody has changed behind the host's back are shown too. */
function detailsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { unreadable: text };
  }
}

const cursorOf = (seq: string) => Buffer.from(seq).toString('base64url');

function seqOf(cursor: string): string {
  const seq = Buffer.from(cursor, 'base64url').toString();
  if (!/^\d{1,18}$/.test(seq)) throw raise.STORAGE_CURSOR_INVALID(undefined);
  return seq;
}
