import { raise } from '../../errors/catalogue.ts';
import { isUuid } from '../../storage/uuid-text.ts';
import type { Queries } from '../access-base.ts';

export type SubjectKind = 'user' | 'group' | 'service';

/** Who is to have a role: an id, or an e-mail address or name. */
export interface SubjectRef {
  readonly kind: SubjectKind;
  readonly asked: string;
}

export interface Subject {
  readonly kind: SubjectKind;
  readonly id: string;
  readonly name: string;
}

const OWN_USER = `EXISTS (SELECT 1 FROM membership m WHERE m.organization_id = $1
  AND (m.user_id = s.id OR m.group_id IN (SELECT group_id FROM access_group_member WHERE user_id = s.id)))`;

/** Users of the organisation alone: who else has an account on the host is nobody's business. `everyone`: for admins of the host. */
const SELECTS = {
  user: (everyone: boolean) =>
    `SELECT s.id, s.email AS name FROM user_account s WHERE (${everyone ? '$1::uuid IS NOT NULL' : OWN_USER})`,
  group: () => 'SELECT s.id, s.name FROM access_group s WHERE s.organization_id = $1',
  service: () => 'SELECT s.id, s.name FROM service_account s WHERE s.organization_id = $1',
};

/** Throws ACCESS_NOT_FOUND. */
export async function findSubject(
  queries: Queries,
  organization: string,
  { kind, asked }: SubjectRef,
  { everyone = false }: { readonly everyone?: boolean } = {},
): Promise<Subject> {
  const named = kind === 'user' ? 's.email' : 's.name';
  const column = isUuid(asked) ? 's.id' : named;
  const value = kind === 'user' ? asked.toLowerCase() : asked;
  const [row]: readonly Omit<Subject, 'kind'>[] = await queries.query(`${SELECTS[kind](everyone)} AND ${column} = $2`, [
    organization,
    value,
  ]);
  if (row === undefined) throw raise.ACCESS_NOT_FOUND({ what: kind === 'service' ? 'service account' : kind, asked });
  return { kind, ...row };
}
