import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { raise } from '../../errors/catalogue.ts';
import { isUuid } from '../../storage/uuid-text.ts';
import type { AccessBase, Queries } from '../access-base.ts';
import { type Actor, actorName } from '../actor.ts';
import { findActor } from '../explain.ts';
import { mayGrant } from '../may-grant.ts';
import { putMembership } from '../members/members.ts';
import type { Place } from '../place.ts';
import { roleToGive } from '../roles/role-store.ts';
import { storing } from '../storing.ts';

const VALID_DAYS = 7;

export interface InvitedTo {
  /** Id of a workspace of the organisation. */
  readonly workspace: string;
  readonly role: string;
}

export interface Invitation {
  readonly id: string;
  readonly email: string;
  readonly role: string;
  readonly workspaces: readonly InvitedTo[];
  readonly invitedBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly state: 'open' | 'accepted' | 'revoked' | 'expired';
}

export interface Invitations {
  list(organization: string): Promise<readonly Invitation[]>;
  /**
   * For seven days. The token is shown this once: only its hash is kept. Throws ACCESS_GRANT_TOO_WIDE, ACCESS_NOT_FOUND,
   * ROLE_MISPLACED.
   */
  create(
    actor: Actor,
    organization: string,
    wanted: Pick<Invitation, 'email' | 'role' | 'workspaces'>,
  ): Promise<{ readonly invitation: Invitation; readonly token: string }>;
  revoke(organization: string, id: string): Promise<void>;
  /**
   * Makes a signed-in user a member of all that the invitation names; it can be used once. Gives the first workspace of it. Throws
   * INVITATION_INVALID, INVITATION_FOR_ANOTHER.
   */
  accept(token: string, user: { readonly id: string; readonly email: string }): Promise<Place>;
  /** Whom it invites, for a page that lets them sign up; undefined when it is not valid any more. */
  emailOf(token: string): Promise<string | undefined>;
}

const COLUMNS = `i.id, i.email, i.organization_role AS role, i.workspaces, i.invited_by AS "invitedBy", i.created_at AS "createdAt",
  i.expires_at AS "expiresAt", CASE WHEN i.accepted_at IS NOT NULL THEN 'accepted' WHEN i.revoked_at IS NOT NULL THEN 'revoked'
  WHEN i.expires_at <= now() THEN 'expired' ELSE 'open' END AS state`;
const OPEN = 'i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > now()';

type Accepting = Invitation & { readonly organization: string };

export function createInvitations({ source, decisions }: AccessBase): Invitations {
  const mayInvite = async (actor: Actor, place: Place, asked: string) => {
    const role = await roleToGive(source, place.organization!, asked);
    if (place.workspace !== undefined && role.level === 'organization') throw raise.ROLE_MISPLACED({ role: asked });
    await mayGrant(decisions, actor, role.scopes, place);
  };
  /** Whoever was sent away, or has lost the role, gives nothing any more, by what they sent out before either. */
  const checkGiver = async ({ organization, role, workspaces, invitedBy }: Accepting) => {
    if (invitedBy.startsWith('host:')) return;
    const giver = await findActor(source, organization, invitedBy);
    for (const { role: asked, ...where } of [{ role }, ...workspaces]) {
      const { scopes } = await roleToGive(source, organization, asked);
      if (giver === undefined || (await decisions.lacks(giver, scopes, { organization, ...where })) !== undefined)
        throw raise.INVITATION_INVALID(undefined);
    }
  };
  return storing<Invitations>({
    list: (organization) =>
      source.query(
        `SELECT ${COLUMNS} FROM invitation i WHERE i.organization_id = $1 ORDER BY i.created_at DESC LIMIT 1000`,
        [organization],
      ),
    async create(actor, organization, { email, role, workspaces }) {
      await mayInvite(actor, { organization }, role);
      for (const { workspace, role: asked } of workspaces) {
        await checkWorkspace(source, organization, workspace);
        await mayInvite(actor, { organization, workspace }, asked);
      }
      const token = `bpi_${randomBytes(32).toString('base64url')}`;
      const id = randomUUID();
      await source.query(
        `INSERT INTO invitation (id, organization_id, email, token_hash, organization_role, workspaces, invited_by, expires_at)
          VALUES ($1, $2, $3, $4, $5, $6, $7, now() + interval '${VALID_DAYS} days')`,
        [id, organization, email.toLowerCase(), hashOf(token), role, JSON.stringify(workspaces), actorName(actor)],
      );
      const [invitation] = await source.query(`SELECT ${COLUMNS} FROM invitation i WHERE i.id = $1`, [id]);
      return { invitation, token };
    },
    async revoke(organization, id) {
      const [, count]: [unknown, number] = isUuid(id)
        ? await source.query(
            'UPDATE invitation SET revoked_at = now() WHERE id = $1 AND organization_id = $2 AND accepted_at IS NULL',
            [id, organization],
          )
        : [[], 0];
      if (count === 0) throw raise.ACCESS_NOT_FOUND({ what: 'open invitation', asked: id });
    },
    async accept(token, user) {
      const place = await source.transaction(async (tx) => {
        const [found]: readonly Accepting[] = await tx.query(
          `SELECT ${COLUMNS}, i.organization_id AS organization FROM invitation i WHERE i.token_hash = $1 AND ${OPEN} FOR UPDATE`,
          [hashOf(token)],
        );
        if (found === undefined) throw raise.INVITATION_INVALID(undefined);
        if (found.email !== user.email.toLowerCase()) throw raise.INVITATION_FOR_ANOTHER(undefined);
        await checkGiver(found);
        await tx.query('UPDATE invitation SET accepted_at = now() WHERE id = $1', [found.id]);
        return join(tx, found, user.id);
      });
      await decisions.changed();
      return place;
    },
    async emailOf(token) {
      const [row] = await source.query(`SELECT i.email FROM invitation i WHERE i.token_hash = $1 AND ${OPEN}`, [
        hashOf(token),
      ]);
      return row?.email;
    },
  });
}

/** What somebody has already is not taken away: an invitation only adds. */
async function join(tx: Queries, { organization, role, workspaces: named }: Accepting, user: string): Promise<Place> {
  const workspaces = await thoseThatAreThere(tx, named);
  const places = [{ role }, ...workspaces];
  for (const { role: asked, ...where } of places) {
    const place = { organization, ...where };
    const isMember: readonly unknown[] = await tx.query(
      'SELECT 1 FROM membership WHERE user_id = $1 AND organization_id = $2 AND workspace_id IS NOT DISTINCT FROM $3::uuid',
      [user, organization, (where as Partial<InvitedTo>).workspace ?? null],
    );
    const given = await roleToGive(tx, organization, asked);
    if (isMember.length === 0) await putMembership(tx, place, { kind: 'user', id: user }, given);
  }
  const [first] = workspaces;
  return { organization, ...(first !== undefined && { workspace: first.workspace }) };
}

/** A workspace may have gone since; the others are still meant. */
async function thoseThatAreThere(tx: Queries, named: readonly InvitedTo[]): Promise<readonly InvitedTo[]> {
  const rows: readonly { readonly id: string }[] = await tx.query(
    'SELECT id FROM workspace WHERE id = ANY ($1::uuid[]) FOR KEY SHARE',
    [named.map(({ workspace }) => workspace)],
  );
  return named.filter(({ workspace }) => rows.some(({ id }) => id === workspace));
}

async function checkWorkspace(queries: Queries, organization: string, workspace: string): Promise<void> {
  const found: readonly unknown[] = isUuid(workspace)
    ? await queries.query('SELECT 1 FROM workspace WHERE id = $1 AND organization_id = $2', [workspace, organization])
    : [];
  if (found.length === 0) throw raise.ACCESS_NOT_FOUND({ what: 'workspace', asked: workspace });
}

const hashOf = (token: string) => createHash('sha256').update(token).digest();
