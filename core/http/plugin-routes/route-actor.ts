import type { RouteActor } from '@backplane/sdk';
import type { Access } from '../../access/access.ts';
import type { Actor } from '../../access/actor.ts';
import type { Scope } from '../../access/scope.ts';
import { DEFAULT_WORKSPACE } from '../../storage/default-place.ts';
import type { Caller } from '../caller.ts';

/** Whoever calls a public route: nobody has asked who that is. */
export const ANYBODY: RouteActor = { id: 'anonymous', kind: 'anonymous', workspace: DEFAULT_WORKSPACE, scopes: [] };

/** Who calls, as far as a plugin may know: of all that they may do, what the plugin itself asks for. */
export async function routeActor(
  { actor, place }: Caller,
  asked: readonly string[],
  access: Access,
): Promise<RouteActor> {
  const { workspace } = place;
  if (actor.kind === 'host') return { id: 'admin', kind: 'api-key', workspace, scopes: ['*'] };
  const verdicts = await Promise.all(
    [...new Set(asked)].map(async (scope) => ({ scope, ...(await access.can(actor, scope as Scope, place)) })),
  );
  const scopes = verdicts.filter(({ allowed }) => allowed).map(({ scope }) => scope);
  return { id: actor.id, kind: kindOf(actor), workspace, scopes };
}

function kindOf(actor: Exclude<Actor, { kind: 'host' }>): RouteActor['kind'] {
  return actor.kind === 'user' && actor.key !== undefined ? 'api-key' : actor.kind;
}
