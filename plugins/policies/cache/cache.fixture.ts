import { type PolicyTrialOptions, tryPolicy, type UpstreamAnswer } from '@backplane/sdk/testing';
import { cache } from './cache.ts';

/** An upstream that counts its answers in their bodies. */
export function counting(
  headers: UpstreamAnswer['headers'] = { 'cache-control': 'max-age=60' },
  more: UpstreamAnswer = {},
) {
  let answers = 0;
  return () => {
    answers += 1;
    return { headers, body: `answer ${answers}`, ...more };
  };
}
/** The policy in front of it. */
export const open = (
  upstream: NonNullable<PolicyTrialOptions['upstream']>,
  config = {},
  options: PolicyTrialOptions = {},
) => tryPolicy(cache, config, { upstream, ...options });
