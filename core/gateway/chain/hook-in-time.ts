import { raise } from '../../errors/catalogue.ts';
import { LATE, withinDeadline } from '../../plugins/lifecycle/within-deadline.ts';
import type { PolicyExchange } from './policy-exchange.ts';
import type { PolicyInstance } from './policy-instance.ts';

/** What a hook gives that takes its time, as long as it may. Rejects with GATEWAY_POLICY_TIMEOUT. */
export async function hookInTime<T>(
  { policyLimitMs: limitMs }: Pick<PolicyExchange, 'policyLimitMs'>,
  { use }: PolicyInstance,
  phase: string,
  given: Promise<T>,
): Promise<T> {
  const decided = await withinDeadline(given, limitMs);
  if (decided === LATE) throw raise.GATEWAY_POLICY_TIMEOUT({ policy: use.policy, phase, limitMs });
  return decided;
}
