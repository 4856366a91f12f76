import type { Verdict } from './access.ts';
import type { AccessBase, Queries } from './access-base.ts';
import type { Actor, ApiKeyRef } from './actor.ts';
import type { Decisions } from './create-access.ts';
import { standingAt } from './decide.ts';
import type { Place } from './place.ts';
import { createRoles } from './roles/role-store.ts';
import { scopeSet } from './roles/scope-set.ts';
import type { Scope } from './scope.ts';
import type { Standing } from './standing.ts';

/** Why somebody may, or may not, and what they would need. */
export interface Explanation extends Verdict {
  readonly actor: { readonly kind: string; readonly id?: string; readonly name: string; readonly active: boolean };
  readonly scope: string;
  readonly place: Place;
  /** Every role that counts in the place. */
  readonly roles: readonly {
    readonly role: string;
    readonly in: 'organization' | 'workspace';
    readonly group?: string;
    readonly gives: boolean;
  }[];
  readonly key?: { readonly name: string; readonly gives: boolean };
  readonly policy?: string;
  /** One of these roles would do; empty when it is allowed, or no role can give it. */
  readonly needed: readonly string[];
}

export interface ExplainAsk {
  readonly actor: Actor;
  readonly scope: string;
  readonly place: Place;
}

/** Decides as for a request, and says what it was decided by. */
export async function explainAccess(
  base: AccessBase & { readonly decisions: Pick<Decisions, 'standingOf' | 'policy'> },
  { actor, scope, place }: ExplainAsk,
): Promise<Explanation> {
  const { decisions } = base;
  const verdict = await decisions.can(actor, scope as Scope, place);
  if (actor.kind === 'host')
    return { ...verdict, actor: { kind: 'host', name: actor.name, active: true }, scope, place, roles: [], needed: [] };
  const standing = await decisions.standingOf(actor);
  const name = standing?.name ?? (actor.kind === 'user' ? actor.email : actor.name);
  return {
    ...verdict,
    actor: { kind: actor.kind, id: actor.id, name, active: standing?.active ?? false },
    scope,
    place,
    roles: standing === undefined ? [] : rolesOf(standing, scope, place),
    ...(actor.key && { key: { name: actor.key.name, gives: keyGives(actor.key, scope, place) } }),
    ...(decisions.policy !== undefined && { policy: decisions.policy }),
    needed: verdict.allowed || !isAboutRoles(verdict) ? [] : await rolesWith(base, scope, place),
  };
}

const isAboutRoles = ({ reason }: Verdict) => reason === 'not-a-member' || reason === 'no-role-with-scope';

function rolesOf(standing: Standing, scope: string, place: Place): Explanation['roles'] {
  return standingAt(standing, place).grants.map(({ role, workspace, group, scopes }) => ({
    role,
    in: workspace === undefined ? 'organization' : 'workspace',
    ...(group !== undefined && { group }),
    gives: scopes.has(scope),
  }));
}

function keyGives({ scopes, workspace }: ApiKeyRef, scope: string, place: Place): boolean {
  return (
    (workspace === undefined || workspace === place.workspace) && (scopes === undefined || scopeSet(scopes).has(scope))
  );
}

async function rolesWith(
  base: AccessBase,
  scope: string,
  { organization, workspace }: Place,
): Promise<readonly string[]> {
  if (organization === undefined) return ['admin of the host'];
  const roles = await createRoles(base).list(organization);
  return roles
    .filter(({ level, preset }) => workspace !== undefined || level === 'organization' || !preset)
    .filter(({ scopes }) => scopeSet(scopes).has(scope))
    .map(({ name }) => name);
}

/** Who is meant by an e-mail address, an id, or `service:<name>`; undefined: nobody in this organisation. */
export async function findActor(
  queries: Queries,
  organization: string,
  asked: string,
): Promise<Exclude<Actor, { kind: 'host' }> | undefined> {
  const service = /^service:(.+)$/.exec(asked)?.[1];
  if (service !== undefined) {
    const [row] = await queries.query(
      'SELECT id, name FROM service_account WHERE organization_id = $1 AND (name = $2 OR id::text = $2)',
      [organization, service],
    );
    return row && { kind: 'service', organization, key: { id: '', name: 'any key' }, ...row };
  }
  const [row] = await queries.query(
    `SELECT id, email, platform_role AS "platformRole" FROM user_account WHERE email = lower($1) OR id::text = $1`,
    [asked],
  );
  return row && { kind: 'user', ...row };
}
