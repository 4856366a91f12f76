import type { BodyNeeds, GatewayPolicy, PolicyHooks } from '@backplane/sdk';
import { BackplaneError } from '@backplane/sdk';
import type { PolicyUse } from '../model/policy-use.ts';
import type { PolicyNotes } from './policy-notes.ts';

/** A use of a policy that was set up: over reloads the same object as long as nothing about it changes. */
export interface MadePolicy {
  readonly policy: GatewayPolicy;
  readonly hooks: BroughtHooks;
  readonly notes: PolicyNotes;
  close(): Promise<void>;
}

export type BroughtHooks = Partial<PolicyHooks> & { readonly body?: BodyNeeds };

/** Where a data plane gets its policies. */
export interface PolicySource {
  /** What changes when the code of the policy does; undefined: there is none of that name. */
  versionOf(policy: string): string | undefined;
  /** Sets a policy up. Rejects with what is wrong with its configuration, in words. */
  make(use: PolicyUse): Promise<MadePolicy>;
}

const OF_ALL = new Set(['check', 'close']);

/** Checks that a policy brings exactly the hooks that it declares. Throws an error that says what is wrong. */
export function checkHooks(policy: GatewayPolicy, made: Readonly<Record<string, unknown>>): BroughtHooks {
  const declared: readonly string[] = policy.phases as readonly string[];
  const brought = Object.keys(made).filter((key) => typeof made[key] === 'function' && !OF_ALL.has(key));
  const missing = declared.filter((phase) => !brought.includes(phase));
  const extra = brought.filter((phase) => !declared.includes(phase));
  if (missing.length > 0) throw new TypeError(`it declares ${missing.join(', ')} and brings no such hook`);
  if (extra.length > 0) throw new TypeError(`it brings ${extra.join(', ')} without declaring it`);
  return made as BroughtHooks;
}

export function reasonOf(problem: unknown): string {
  if (BackplaneError.is(problem)) return problem.message;
  return problem instanceof Error ? problem.message : String(problem);
}
