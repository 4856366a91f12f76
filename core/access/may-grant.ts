import { raise } from '../errors/catalogue.ts';
import type { Actor } from './actor.ts';
import type { Decisions } from './create-access.ts';
import type { Place } from './place.ts';
import type { ScopeSet } from './roles/scope-set.ts';

/** Nobody gives or takes what they do not have themselves. Throws ACCESS_GRANT_TOO_WIDE with the first scope that is lacking. */
export async function mayGrant(
  decisions: Pick<Decisions, 'lacks'>,
  actor: Actor,
  scopes: ScopeSet,
  place: Place,
): Promise<void> {
  const scope = await decisions.lacks(actor, scopes, place);
  if (scope !== undefined) throw raise.ACCESS_GRANT_TOO_WIDE({ scope });
}
