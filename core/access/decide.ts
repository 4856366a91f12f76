import type { Verdict } from './access.ts';
import type { Actor, ApiKeyRef } from './actor.ts';
import type { Place } from './place.ts';
import { type ScopeSet, scopeSet } from './roles/scope-set.ts';
import type { Grant, Standing } from './standing.ts';

const MOST_VERDICTS = 2_000;

/** What one account may do in one place, worked out once. */
export interface StandingAt {
  readonly place: Place;
  readonly standing: Standing;
  readonly grants: readonly Grant[];
  readonly verdicts: Map<string, Verdict>;
}

/** A role in the organisation holds in its workspaces; one in a workspace holds there alone. */
export function standingAt(standing: Standing, place: Place): StandingAt {
  const grants = standing.grants.filter(
    ({ organization, workspace }) =>
      organization === place.organization && (workspace === undefined || workspace === place.workspace),
  );
  return { place, standing, grants, verdicts: new Map() };
}

/** What the roles say, without the key. */
export function verdictOfRoles(at: StandingAt, scope: string): Verdict {
  const known = at.verdicts.get(scope);
  if (known !== undefined) return known;
  const verdict = byRoles(at, scope);
  if (at.verdicts.size >= MOST_VERDICTS) at.verdicts.clear();
  at.verdicts.set(scope, verdict);
  return verdict;
}

function byRoles({ place, standing, grants }: StandingAt, scope: string): Verdict {
  if (!standing.active) return no('disabled', `the account ${standing.name} is disabled`);
  if (standing.platformRole === 'admin') return yes('platform-admin', `${standing.name} is an admin of the host`);
  const grant = grants.find(({ scopes }) => scopes.has(scope));
  if (grant !== undefined) return yes('role', grantText(grant));
  if (place.organization === undefined) return no('no-role-with-scope', 'only admins of the host have it');
  if (grants.length === 0)
    return no('not-a-member', `${standing.name} has no role in this ${place.workspace ? 'workspace' : 'organisation'}`);
  return no(
    'no-role-with-scope',
    `${grants.map(grantText).join(', ')} ${grants.length > 1 ? 'do' : 'does'} not give it`,
  );
}

/** `role editor in the workspace, through the group analysts`. */
export function grantText({ role, workspace, group }: Grant): string {
  const where = workspace === undefined ? 'the organisation' : 'the workspace';
  return `role ${role} in ${where}${group === undefined ? '' : `, through the group ${group}`}`;
}

/** What the key takes away; undefined when it lets this pass. */
export function verdictOfKey(key: ApiKeyRef, scope: string, place: Place): Verdict | undefined {
  if (key.workspace !== undefined && key.workspace !== place.workspace)
    return no('key-elsewhere', `the key ${key.name} holds in another place alone`);
  if (key.scopes === undefined || keyScopes(key.scopes).has(scope)) return undefined;
  return no('key-too-narrow', `the key ${key.name} has only ${key.scopes.join(', ') || 'no scope at all'}`);
}

const compiledKeys = new WeakMap<readonly string[], ScopeSet>();

/** The scopes of a key; read once for each list. */
export function keyScopes(scopes: readonly string[]): ScopeSet {
  const known = compiledKeys.get(scopes);
  if (known !== undefined) return known;
  const compiled = scopeSet(scopes);
  compiledKeys.set(scopes, compiled);
  return compiled;
}

/** Of an actor whose account is not there any more. */
export function verdictOfNobody(actor: Exclude<Actor, { kind: 'host' }>): Verdict {
  return no('disabled', `there is no account ${actor.kind === 'user' ? actor.email : actor.name} any more`);
}

const yes = (reason: Verdict['reason'], why: string): Verdict => ({ allowed: true, reason, why });
const no = (reason: Verdict['reason'], why: string): Verdict => ({ allowed: false, reason, why });
