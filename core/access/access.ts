import type { Actor } from './actor.ts';
import type { Place } from './place.ts';
import type { Scope } from './scope.ts';

/** Whether somebody may, and why: a sentence for people, and the code of the kind of reason. */
export interface Verdict {
  readonly allowed: boolean;
  readonly reason: VerdictReason;
  /** `role editor in workspace soc`, `the key has only run:read` … */
  readonly why: string;
}

export type VerdictReason =
  | 'host'
  | 'platform-admin'
  | 'role'
  | 'not-a-member'
  | 'no-role-with-scope'
  | 'key-too-narrow'
  | 'key-elsewhere'
  | 'disabled'
  | 'policy-denied'
  | 'policy-unreachable';

/** The one place that decides. */
export interface Access {
  /** What is known already is answered at once, everything else after a look. Whoever it cannot be decided for may not. */
  can(actor: Actor, scope: Scope, place: Place): Verdict | Promise<Verdict>;
}

/** Decides for the host itself alone; nobody else may do anything. */
export const hostOnlyAccess: Access = {
  can: (actor) =>
    actor.kind === 'host'
      ? { allowed: true, reason: 'host', why: `${actor.name} is the host itself` }
      : { allowed: false, reason: 'not-a-member', why: 'only the host itself may do anything' },
};
