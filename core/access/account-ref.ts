import type { Actor, ServiceActor, UserActor } from './actor.ts';
import type { Place } from './place.ts';

/** An account as it is kept with what it made: to ask later, when nobody is signed in, what it may do then. */
export interface AccountRef {
  readonly kind: 'user' | 'service';
  readonly id: string;
  /** For people: an e-mail address, or the name of a service account. */
  readonly name: string;
  readonly organization: string;
}

/** Undefined for the host itself, which needs nobody's leave. */
export function accountRef(actor: Actor, { organization }: Required<Place>): AccountRef | undefined {
  if (actor.kind === 'host') return undefined;
  const { kind, id } = actor;
  return { kind, id, name: kind === 'user' ? actor.email : actor.name, organization };
}

/** By no key: what the account holds is what counts. */
export function actorOfAccount({ kind, id, name, organization }: AccountRef): UserActor | ServiceActor {
  return kind === 'user'
    ? { kind, id, email: name, platformRole: 'basic' }
    : { kind, id, name, organization, key: { id: '', name: 'any key' } };
}
