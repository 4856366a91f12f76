import { raise } from '../../errors/catalogue.ts';
import type { Queries } from '../access-base.ts';

/** How many active people own each place of an organisation, themselves or by way of a group; the organisation's own key is ''. */
const OWNERS = `SELECT coalesce(m.workspace_id::text, '') AS place, w.name, count(DISTINCT u.id)::int AS owners
  FROM membership m
  LEFT JOIN workspace w ON w.id = m.workspace_id
  LEFT JOIN access_group_member g ON g.group_id = m.group_id
  JOIN user_account u ON u.id = coalesce(m.user_id, g.user_id) AND u.status = 'active'
  WHERE m.organization_id = $1 AND m.preset = CASE WHEN m.workspace_id IS NULL THEN 'organization-owner' ELSE 'owner' END
  GROUP BY 1, 2`;

interface OwnersRow {
  readonly place: string;
  readonly name: string | null;
}

/**
 * Does the work in a transaction of its caller and lets no place of the organisation that has an owner lose the last one.
 * Throws ACCESS_LAST_OWNER; the caller rolls back.
 */
export async function keepOwners<T>(transaction: Queries, organization: string, work: () => Promise<T>): Promise<T> {
  // Changes of one organisation's members wait for each other: two owners cannot remove each other at the same moment.
  await transaction.query('SELECT id FROM organization WHERE id = $1 FOR NO KEY UPDATE', [organization]);
  const before: readonly OwnersRow[] = await transaction.query(OWNERS, [organization]);
  const result = await work();
  const after: readonly OwnersRow[] = await transaction.query(OWNERS, [organization]);
  const lost = before.find(({ place }) => !after.some((row) => row.place === place));
  if (lost !== undefined)
    throw raise.ACCESS_LAST_OWNER({ where: lost.name === null ? 'the organisation' : `the workspace ${lost.name}` });
  return result;
}
