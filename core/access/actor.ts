export type PlatformRole = 'basic' | 'admin';

/** The key by which somebody came in. It only ever narrows what its owner may do. */
export interface ApiKeyRef {
  readonly id: string;
  readonly name: string;
  /** Absent: everything its owner may do. */
  readonly scopes?: readonly string[];
  /** Only in this workspace. */
  readonly workspace?: string;
}

/** A person who has signed in, or who uses a key of theirs. */
export interface UserActor {
  readonly kind: 'user';
  readonly id: string;
  readonly email: string;
  readonly platformRole: PlatformRole;
  readonly session?: string;
  readonly key?: ApiKeyRef;
}

/** A machine with an account of its own. */
export interface ServiceActor {
  readonly kind: 'service';
  readonly id: string;
  readonly name: string;
  readonly organization: string;
  readonly key: ApiKeyRef;
}

/** The host itself: whoever holds its admin key, a schedule, a migration. May do everything. */
export interface HostActor {
  readonly kind: 'host';
  readonly name: string;
}

/** Who does something. */
export type Actor = UserActor | ServiceActor | HostActor;

/** For people who read a log or a record. */
export function actorName(actor: Actor): string {
  if (actor.kind === 'user') return actor.email;
  return actor.kind === 'service' ? `service:${actor.name}` : `host:${actor.name}`;
}
