import type { PolicyUse } from '../model/policy-use.ts';

/** One use of a policy, by its place on every exchange. */
export interface SlotOwner {
  readonly slot: number;
  readonly use: PolicyUse;
}
