import { raise } from '../../errors/catalogue.ts';
import type { Queries } from '../access-base.ts';

/** The places of organisations that an active person owns, themselves or by way of a group. */
const OWNED = `SELECT DISTINCT coalesce(m.workspace_id, m.organization_id) AS place,
    CASE WHEN w.id IS NULL THEN 'the organisation ' || o.name ELSE 'the workspace ' || w.name END AS "where"
  FROM membership m
  JOIN organization o ON o.id = m.organization_id
  LEFT JOIN workspace w ON w.id = m.workspace_id
  LEFT JOIN access_group_member g ON g.group_id = m.group_id
  JOIN user_account u ON u.id = coalesce(m.user_id, g.user_id) AND u.status = 'active'
  WHERE m.organization_id = ANY ($1::uuid[])
    AND m.preset = CASE WHEN m.workspace_id IS NULL THEN 'organization-owner' ELSE 'owner' END
  ORDER BY "where"`;

interface Owned {
  readonly place: string;
  readonly where: string;
}

/**
 * Does the work in a transaction of its caller and lets no place of the organisation that has an owner lose the last one.
 * Throws ACCESS_LAST_OWNER; the caller rolls back.
 */
export async function keepOwners<T>(transaction: Queries, organization: string, work: () => Promise<T>): Promise<T> {
  // Changes of one organisation's members wait for each other: two owners cannot remove each other at the same moment.
  await transaction.query('SELECT id FROM organization WHERE id = $1 FOR NO KEY UPDATE', [organization]);
  return keepingOwned(transaction, [organization], work);
}

/** The same for everything that a user owns, wherever: before they are switched off or deleted. */
export async function keepOwnersWithout<T>(transaction: Queries, user: string, work: () => Promise<T>): Promise<T> {
  // All of them, in one order: somebody could be made an owner of one more at this moment.
  await transaction.query('SELECT id FROM organization ORDER BY id FOR NO KEY UPDATE');
  const rows: readonly { readonly organization: string }[] = await transaction.query(
    `SELECT DISTINCT organization_id AS organization FROM membership WHERE user_id = $1
      OR group_id IN (SELECT group_id FROM access_group_member WHERE user_id = $1)`,
    [user],
  );
  return keepingOwned(
    transaction,
    rows.map(({ organization }) => organization),
    work,
  );
}

async function keepingOwned<T>(
  transaction: Queries,
  organizations: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  const before: readonly Owned[] = await transaction.query(OWNED, [organizations]);
  const result = await work();
  const after: readonly Owned[] = await transaction.query(OWNED, [organizations]);
  const lost = before.filter(({ place }) => !after.some((row) => row.place === place));
  if (lost.length > 0) throw raise.ACCESS_LAST_OWNER({ where: lost.map(({ where }) => where).join(', ') });
  return result;
}
