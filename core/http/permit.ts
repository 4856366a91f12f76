import type { Access } from '../access/access.ts';
import type { Place } from '../access/place.ts';
import { raise } from '../errors/catalogue.ts';
import type { Caller } from './caller.ts';
import type { RouteAccess } from './route.ts';

/** What a request asks for, after validation. */
export interface Asked {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

/** Throws ACCESS_DENIED unless whoever asks may. */
export async function permit(access: Access, caller: Caller, wanted: RouteAccess, asked: Asked): Promise<void> {
  if (wanted === 'self') return;
  const scope = typeof wanted.scope === 'string' ? wanted.scope : wanted.scope(asked);
  const place = await placeOf(caller, wanted.in, asked);
  const { allowed, why } = await access.can(caller.actor, scope, place);
  if (!allowed) throw raise.ACCESS_DENIED({ scope, why });
}

function placeOf(
  caller: Caller,
  where: Exclude<RouteAccess, 'self'>['in'] = 'workspace',
  asked: Asked,
): Place | Promise<Place> {
  if (typeof where === 'function') return where(asked, caller);
  if (where === 'workspace') return caller.place;
  return where === 'organization' ? { organization: caller.place.organization } : {};
}
