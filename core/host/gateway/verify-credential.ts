import { BackplaneError, type PolicyIdentity } from '@backplane/sdk';
import type { ServiceActor, UserActor } from '../../access/actor.ts';
import type { Decisions } from '../../access/create-access.ts';
import type { Place, Places } from '../../access/place.ts';
import { scopeSet } from '../../access/roles/scope-set.ts';
import type { Standing } from '../../access/standing.ts';
import { looksLikeApiKey } from '../../identity/keys/api-key-text.ts';
import type { Identity } from '../../identity/open-identity.ts';

type Verified = Omit<PolicyIdentity, 'scheme'>;

export interface VerifierOf {
  readonly identity: Pick<Identity, 'keys' | 'sessions'>;
  readonly decisions: Pick<Decisions, 'standingOf'>;
  readonly places: Places;
}

/** Tells policies of the gateway whose an API key, or the token of a session, of this host is. Undefined for what proves nothing. */
export function credentialVerifier({ identity, decisions, places }: VerifierOf) {
  return async (credential: string): Promise<Verified | undefined> => {
    const { keys, sessions } = identity;
    const actor = await (looksLikeApiKey(credential) ? keys.prove(credential) : sessions.prove(credential));
    if (actor === undefined || actor.kind === 'host') return undefined;
    const standing = await decisions.standingOf(actor);
    if (standing === undefined || !standing.active) return undefined;
    return verified(actor, standing, await placeOf(actor, places));
  };
}

/** Where the key leads, else the first workspace of the account; none for who belongs nowhere. */
async function placeOf(actor: UserActor | ServiceActor, places: Places): Promise<Place> {
  try {
    return await places.find(actor, actor.key?.workspace);
  } catch (error) {
    if (BackplaneError.is(error) && error.code === 'WORKSPACE_NOT_FOUND') return {};
    throw error;
  }
}

/** What the roles allow there, and of that what the key says. */
function verified(
  actor: UserActor | ServiceActor,
  { grants, platformRole }: Standing,
  { organization, workspace }: Place,
): Verified {
  const here = grants.filter(
    (grant) => grant.organization === organization && (grant.workspace ?? workspace) === workspace,
  );
  const isAdmin = platformRole === 'admin';
  const roles = scopeSet([...here.flatMap(({ scopes }) => listed(scopes)), ...(isAdmin ? ['*'] : [])]);
  const { key } = actor;
  return {
    subject: actor.id,
    scopes: key?.scopes === undefined ? listed(roles) : listed(scopeSet(key.scopes)).filter((one) => roles.has(one)),
    claims: {
      sub: actor.id,
      ...(actor.kind === 'user' ? { email: actor.email } : { name: actor.name }),
      // In an order that stays: it may become a header.
      roles: [...new Set(here.map(({ role }) => role).toSorted()), ...(isAdmin ? ['platform-admin'] : [])],
      // Whoever belongs nowhere is told a place all the same.
      ...((here.length > 0 || isAdmin) && { organization, workspace }),
    },
    ...(key !== undefined && { consumer: key.id }),
  };
}

function listed({ exact, globs }: Pick<ReturnType<typeof scopeSet>, 'exact' | 'globs'>): string[] {
  return [...new Set([...exact, ...globs])];
}
