import { createHash } from 'node:crypto';
import type { Queries } from '../access-base.ts';
import { type AuditRow, digestOf } from './audit-row.ts';

/** What a look at every row has found. */
export interface AuditCheck {
  readonly rows: number;
  /** The last row, and the hash that stands for all before it: note it elsewhere to prove later that nothing was changed. */
  readonly head: { readonly seq: string; readonly hash: string };
  /** The first row that is not as it was written. */
  readonly broken?: { readonly seq: string; readonly problem: string };
}

interface Ends {
  readonly first: string;
  readonly before: Buffer;
  readonly last: string;
  readonly hash: Buffer;
}

type StoredRow = Omit<AuditRow, 'at'> & {
  readonly seq: string;
  readonly at: Date;
  readonly digest: Buffer;
  readonly hash: Buffer;
};

const PAGE = 2_000;
const ROWS = `SELECT seq, at, actor_kind AS "actorKind", actor_id AS "actorId", actor_name AS "actorName", action, outcome,
    organization_id AS organization, workspace_id AS workspace, resource_type AS "resourceType", resource_id AS "resourceId",
    details, address, correlation_id AS "correlationId", digest, hash
  FROM audit_entry WHERE seq > $1 ORDER BY seq LIMIT ${PAGE}`;

/** Reads the whole chain, for a transaction in which it stands still. */
export async function verifyChain(transaction: Queries): Promise<AuditCheck> {
  const [ends]: readonly Ends[] = await transaction.query(
    'SELECT first_seq AS first, before_hash AS before, last_seq AS last, last_hash AS hash FROM audit_chain',
  );
  if (ends === undefined)
    return { rows: 0, head: { seq: '0', hash: '' }, broken: { seq: '0', problem: 'the ends of the chain are gone' } };
  let expected = BigInt(ends.first);
  let hash = ends.before;
  let rows = 0;
  const result = (problem?: string): AuditCheck => ({
    rows,
    head: { seq: ends.last, hash: ends.hash.toString('hex') },
    ...(problem !== undefined && { broken: { seq: String(expected), problem } }),
  });
  for (let after = '0', more = true; more; ) {
    const page: readonly StoredRow[] = await transaction.query(ROWS, [after]);
    for (const row of page) {
      if (BigInt(row.seq) !== expected) return result('it is missing');
      if (digestOf({ ...row, at: row.at.toISOString() }) !== row.digest.toString('hex'))
        return result('its content was changed');
      hash = chained(hash, expected, row.digest);
      if (!hash.equals(row.hash)) return result('its hash does not follow from the row before');
      expected += 1n;
      rows += 1;
    }
    more = page.length === PAGE;
    after = page.at(-1)?.seq ?? after;
  }
  if (expected !== BigInt(ends.last) + 1n) return result('it is missing at the end');
  return hash.equals(ends.hash) ? result() : result('the last hash is another one');
}

/** As the database chains them. */
function chained(before: Buffer, seq: bigint, digest: Buffer): Buffer {
  const number = Buffer.alloc(8);
  number.writeBigInt64BE(seq);
  return createHash('sha256').update(before).update(number).update(digest).digest();
}
