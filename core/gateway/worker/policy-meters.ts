import type { Meters } from '@backplane/sdk';
import type { PolicyMeters } from '../chain/policy-notes.ts';

const BUCKETS = [0.000_01, 0.000_1, 0.001, 0.01, 0.1, 1, 10];

/** What every policy is counted by, without its doing anything for it. By name, not by use: routes may be many. */
export function policyMeters(meters: Meters, policy: string): PolicyMeters {
  const answers = meters.counter('gateway_policy_answers_total', {
    help: 'Requests that a policy answered itself.',
    labels: ['policy', 'status'],
  });
  const failures = meters.counter('gateway_policy_failures_total', {
    help: 'Times a policy failed.',
    labels: ['policy'],
  });
  const durations = meters.histogram('gateway_policy_duration', {
    help: 'Seconds until a hook of a policy has decided, of one request in 64.',
    labels: ['policy'],
    buckets: BUCKETS,
  });
  return {
    answered: (status) => answers.add({ policy, status: String(status) }),
    failed: () => failures.add({ policy }),
    time: (seconds) => durations.observe({ policy }, seconds),
  };
}
