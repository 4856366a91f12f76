import type { PlatformRole } from './actor.ts';
import type { ScopeSet } from './roles/scope-set.ts';

/** One role that somebody has, where, and by way of which group. */
export interface Grant {
  readonly organization: string;
  /** Absent: in the organisation and in all its workspaces. */
  readonly workspace?: string;
  readonly role: string;
  readonly group?: string;
  readonly scopes: ScopeSet;
}

/** All that the database says of what an account may do. */
export interface Standing {
  readonly id: string;
  readonly kind: 'user' | 'service';
  /** An e-mail address, or the name of a service account. */
  readonly name: string;
  readonly active: boolean;
  readonly platformRole: PlatformRole;
  readonly grants: readonly Grant[];
}
