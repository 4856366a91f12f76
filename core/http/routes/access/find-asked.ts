import type { AccessServices } from '../../../access/access-services.ts';
import type { Actor } from '../../../access/actor.ts';
import type { Place } from '../../../access/place.ts';
import { raise } from '../../../errors/catalogue.ts';

/**
 * Whom a question is about: oneself, or somebody of the organisation, for those who see its members. Throws ACCESS_DENIED, and
 * ACCESS_NOT_FOUND in the same words for accounts of others and for none.
 */
export async function findAsked(
  { decisions, findActor }: Pick<AccessServices, 'decisions' | 'findActor'>,
  asker: Actor,
  asked: string | undefined,
  place: Required<Place>,
): Promise<Actor> {
  if (asked === undefined || isSelf(asker, asked)) return asker;
  const { allowed, why } = await decisions.can(asker, 'workspace:read', place);
  if (!allowed) throw raise.ACCESS_DENIED({ scope: 'workspace:read', why });
  const actor = await findActor(place.organization, asked);
  if (actor !== undefined && (await isVisible(decisions, asker, actor, place.organization))) return actor;
  throw raise.ACCESS_NOT_FOUND({ what: 'account', asked });
}

async function isVisible(
  decisions: AccessServices['decisions'],
  asker: Actor,
  actor: Exclude<Actor, { kind: 'host' }>,
  organization: string,
): Promise<boolean> {
  const standing = await decisions.standingOf(actor);
  if (standing?.grants.some((grant) => grant.organization === organization)) return true;
  return (await decisions.can(asker, 'user:manage', {})).allowed;
}

function isSelf(asker: Actor, asked: string): boolean {
  return asker.kind === 'user' && (asked === asker.id || asked.toLowerCase() === asker.email);
}
