import type { GatewayPolicy } from '../../contributions/gateway/gateway-policy.ts';
import { checkSchema } from '../check-schema.ts';
import { memoryMeters } from '../gateway/memory-meters.ts';
import { memorySharedState } from '../memory-shared-state.ts';
import { testClock } from '../test-clock.ts';
import { type Check, check, expectEqual, expectThat } from './check.ts';

const MEMBERS_OF_ALL = ['check', 'close'];

/** `config` is one that a route could have. */
export function gatewayPolicyChecks(policy: GatewayPolicy, config: unknown): Check[] {
  const { name, phases } = policy;
  return [
    check(`${name}: it brings exactly the hooks of the phases that it declares`, async () => {
      const checked = await checkSchema(policy.config, config);
      if ('problems' in checked) throw new Error(`the configuration does not fit: ${checked.problems.join('; ')}`);
      const clock = testClock();
      const context = {
        config: checked.value,
        log: { debug() {}, info() {}, warn() {}, error() {} },
        signal: new AbortController().signal,
        now: () => clock.now(),
        shared: memorySharedState(clock),
        meters: memoryMeters(),
        identities: { verify: async () => undefined },
        use: { id: `route/${name}` },
      };
      const made = (await policy.create(context as never)) as Readonly<Record<string, unknown>>;
      const hooks = Object.keys(made).filter((key) => !MEMBERS_OF_ALL.includes(key) && typeof made[key] === 'function');
      expectEqual(hooks.sort(), [...(phases as readonly string[])].sort(), 'its hooks');
    }),
    check(`${name}: it says what happens when it fails`, () => {
      expectThat(['open', 'closed'].includes(policy.onFailure), '`onFailure` is missing');
    }),
  ];
}
