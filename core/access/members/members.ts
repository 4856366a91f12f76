import { randomUUID } from 'node:crypto';
import { raise } from '../../errors/catalogue.ts';
import type { AccessBase, Queries } from '../access-base.ts';
import type { Actor } from '../actor.ts';
import { presetScopes } from '../load-standing.ts';
import { mayGrant } from '../may-grant.ts';
import type { Place } from '../place.ts';
import type { PresetName } from '../roles/preset-roles.ts';
import { type GivenRole, roleToGive } from '../roles/role-store.ts';
import { type ScopeSet, scopeSet } from '../roles/scope-set.ts';
import { storing } from '../storing.ts';
import { findSubject, type Subject, type SubjectKind, type SubjectRef } from './find-subject.ts';
import { keepOwners } from './keep-owners.ts';

/** An organisation, or a workspace in it. */
export type MemberPlace = Place & { readonly organization: string };

export interface Member {
  readonly id: string;
  readonly kind: SubjectKind;
  readonly subject: string;
  /** E-mail address of a user, name of a group or service account. */
  readonly name: string;
  readonly role: string;
  /** Given in the organisation, for all its workspaces. */
  readonly inherited: boolean;
  readonly since: Date;
}

export interface Members {
  /** Of a workspace with those who have a role in its organisation. */
  list(place: MemberPlace): Promise<readonly Member[]>;
  /**
   * Gives a role, in place of the one before. Whoever gets one in a workspace belongs to the organisation from then on.
   * Throws ACCESS_NOT_FOUND, ROLE_MISPLACED, ACCESS_GRANT_TOO_WIDE, ACCESS_LAST_OWNER.
   */
  put(actor: Actor, place: MemberPlace, subject: SubjectRef, role: string): Promise<Member>;
  /** From the organisation: from all its workspaces and groups too. Throws as {@link put}. */
  remove(actor: Actor, place: MemberPlace, member: string): Promise<void>;
}

interface MemberRow extends Member {
  readonly workspace: string | null;
  readonly preset: string | null;
  readonly scopes: readonly string[] | null;
}

const ROWS = `SELECT m.id, CASE WHEN m.user_id IS NOT NULL THEN 'user' WHEN m.group_id IS NOT NULL THEN 'group' ELSE 'service' END AS kind,
    m.subject_id AS subject, coalesce(u.email, g.name, s.name) AS name, coalesce(m.preset, r.name) AS role, m.workspace_id AS workspace,
    m.preset, r.scopes, m.created_at AS since, m.workspace_id IS NULL AS inherited
  FROM membership m
  LEFT JOIN user_account u ON u.id = m.user_id
  LEFT JOIN access_group g ON g.id = m.group_id
  LEFT JOIN service_account s ON s.id = m.service_id
  LEFT JOIN access_role r ON r.id = m.role_id
  WHERE m.organization_id = $1`;

export function createMembers({ source, decisions }: AccessBase): Members {
  const give = async (actor: Actor, place: MemberPlace, ref: SubjectRef, asked: string) => {
    const everyone = (await decisions.can(actor, 'user:manage', {})).allowed;
    const [subject, role] = await Promise.all([
      findSubject(source, place.organization, ref, { everyone }),
      roleToGive(source, place.organization, asked),
    ]);
    if (place.workspace !== undefined && role.level === 'organization') throw raise.ROLE_MISPLACED({ role: role.name });
    await mayGrant(decisions, actor, role.scopes, place);
    const id = await source.transaction((tx) =>
      keepOwners(tx, place.organization, async () => {
        const before = (await rowsAt(tx, place)).find((row) => row.subject === subject.id);
        if (before !== undefined) await mayGrant(decisions, actor, scopesOf(before), place);
        return putMembership(tx, place, subject, role);
      }),
    );
    return { id, kind: subject.kind, subject: subject.id, name: subject.name, role: role.name };
  };
  return storing<Members>({
    async list(place) {
      const { organization, workspace } = place;
      const rows: readonly MemberRow[] = await source.query(
        `${ROWS} AND (m.workspace_id = $2::uuid OR m.workspace_id IS NULL AND ($2::uuid IS NULL OR m.preset IS DISTINCT FROM $3))
          ORDER BY name, inherited`,
        // Who only belongs to the organisation has no role in its workspaces.
        [organization, workspace ?? null, 'organization-member' satisfies PresetName],
      );
      return rows.map((row) => shown(row, workspace !== undefined));
    },
    async put(actor, place, subject, role) {
      const given = await give(actor, place, subject, role);
      await decisions.changed();
      return { ...given, inherited: false, since: new Date() };
    },
    async remove(actor, place, asked) {
      await source.transaction((tx) =>
        keepOwners(tx, place.organization, async () => {
          const member = (await rowsAt(tx, place)).find((row) => [row.id, row.subject, row.name].includes(asked));
          if (member === undefined) throw raise.ACCESS_NOT_FOUND({ what: 'member', asked });
          const all = place.workspace === undefined ? await rowsOf(tx, place.organization, member.subject) : [member];
          for (const row of all) await mayGrant(decisions, actor, scopesOf(row), placeOf(place, row));
          await removeMemberships(tx, all, place, member.subject);
        }),
      );
      await decisions.changed();
    },
  });
}

/** Those at exactly this place. */
function rowsAt(queries: Queries, { organization, workspace }: MemberPlace): Promise<readonly MemberRow[]> {
  return queries.query(`${ROWS} AND m.workspace_id IS NOT DISTINCT FROM $2::uuid`, [organization, workspace ?? null]);
}

function rowsOf(queries: Queries, organization: string, subject: string): Promise<readonly MemberRow[]> {
  return queries.query(
    `${ROWS} AND (m.subject_id = $2 OR m.group_id IN (SELECT group_id FROM access_group_member WHERE user_id = $2))`,
    [organization, subject],
  );
}

/** Gives a role without asking who gives it: for invitations, whose giver was asked when they were made. */
export async function putMembership(
  tx: Queries,
  { organization, workspace }: MemberPlace,
  { kind, id: subject }: Pick<Subject, 'kind' | 'id'>,
  { preset, roleId }: Pick<GivenRole, 'preset' | 'roleId'>,
): Promise<string> {
  const [row]: readonly { readonly id: string }[] = await tx.query(
    `INSERT INTO membership (id, organization_id, workspace_id, ${kind}_id, preset, role_id) VALUES ($1, $2, $3, $4, $5, $6)
      ON CONFLICT (subject_id, organization_id, coalesce(workspace_id, '00000000-0000-0000-0000-000000000000'))
      DO UPDATE SET preset = excluded.preset, role_id = excluded.role_id RETURNING id`,
    [randomUUID(), organization, workspace ?? null, subject, preset, roleId],
  );
  if (workspace !== undefined && kind === 'user')
    await tx.query(
      `INSERT INTO membership (id, organization_id, user_id, preset) VALUES ($1, $2, $3, 'organization-member')
        ON CONFLICT DO NOTHING`,
      [randomUUID(), organization, subject],
    );
  return row!.id;
}

async function removeMemberships(
  tx: Queries,
  rows: readonly MemberRow[],
  { organization, workspace }: MemberPlace,
  subject: string,
): Promise<void> {
  const own = rows.filter((row) => row.subject === subject).map(({ id }) => id);
  await tx.query('DELETE FROM membership WHERE id = ANY($1::uuid[])', [own]);
  if (workspace === undefined)
    await tx.query(
      `DELETE FROM access_group_member WHERE user_id = $1
        AND group_id IN (SELECT id FROM access_group WHERE organization_id = $2)`,
      [subject, organization],
    );
}

/** What a membership gives. */
function scopesOf({ preset, scopes }: Pick<MemberRow, 'preset' | 'scopes'>): ScopeSet {
  return preset === null ? scopeSet(scopes ?? []) : presetScopes(preset);
}

/** What a group gives to whoever joins it, place by place. */
export async function scopesOfGroup(
  queries: Queries,
  organization: string,
  group: string,
): Promise<readonly { readonly place: Place; readonly scopes: ScopeSet }[]> {
  const rows: readonly MemberRow[] = await queries.query(`${ROWS} AND m.group_id = $2`, [organization, group]);
  return rows.map((row) => ({ place: placeOf({ organization }, row), scopes: scopesOf(row) }));
}

function placeOf({ organization }: MemberPlace, { workspace }: Pick<MemberRow, 'workspace'>): MemberPlace {
  return { organization, ...(workspace !== null && { workspace }) };
}

function shown({ workspace: _w, preset: _p, scopes: _s, inherited, ...row }: MemberRow, inWorkspace: boolean): Member {
  return { ...row, inherited: inherited && inWorkspace };
}
