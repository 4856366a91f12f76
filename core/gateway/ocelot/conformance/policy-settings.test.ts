import { testClock } from '@backplane/sdk/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { importRoute } from '../import-ocelot.fixture.ts';
import { policiesUnderTest } from './policies-under-test.fixture.ts';

const policies = new Map(policiesUnderTest(testClock()).map((policy) => [policy.name, policy.config]));
const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,9}$/);
const line = fc.string({ maxLength: 20 });
/** Now and then something that nobody should write. */
const mostly = (usual: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: line });
const count = fc.integer({ min: -2, max: 5_000_000 });
const period = mostly(fc.constantFrom('1s', '1.5 h', '250', '-3m', '10MS'));
const claim = mostly(fc.constantFrom('Claims[sub] > value', 'Claims[a] > value[1] > |', 'Claims[http] >value'));

const options = fc.record(
  {
    RateLimitOptions: fc.record(
      {
        Limit: count,
        Period: period,
        Wait: period,
        ClientIdHeader: name,
        StatusCode: fc.integer({ min: 90, max: 620 }),
        QuotaMessage: line,
        ClientWhitelist: fc.array(line),
      },
      { requiredKeys: [] },
    ),
    QoSOptions: fc.record(
      {
        MinimumThroughput: count,
        BreakDuration: count,
        Timeout: count,
        FailureRatio: fc.double({ noNaN: true }),
        SamplingDuration: count,
      },
      { requiredKeys: [] },
    ),
    CacheOptions: fc.record(
      { TtlSeconds: count, Region: line, Header: name, EnableContentHashing: fc.boolean() },
      { requiredKeys: [] },
    ),
    SecurityOptions: fc.record(
      { IPAllowedList: fc.array(mostly(fc.oneof(fc.ipV4(), fc.ipV6()))), IPBlockedList: fc.array(fc.ipV4()) },
      { requiredKeys: [] },
    ),
    UpstreamHeaderTransform: fc.dictionary(mostly(name), fc.oneof(line, fc.constantFrom('a,b', '{TraceId}'))),
    DownstreamHeaderTransform: fc.dictionary(name, line),
    RouteClaimsRequirement: fc.dictionary(mostly(name), line),
    AddHeadersToRequest: fc.dictionary(mostly(name), claim),
    AddClaimsToRequest: fc.dictionary(name, claim),
    AddQueriesToRequest: fc.dictionary(line, claim),
    ChangeDownstreamPathTemplate: fc.dictionary(fc.constantFrom('rest', 'id'), claim),
    RequestIdKey: mostly(name),
    AuthenticationOptions: fc.record({ AllowedScopes: fc.array(line) }),
  },
  { requiredKeys: [] },
);

test('what is imported without an error, the policies accept', () => {
  fc.assert(
    fc.property(options, fc.constantFrom('ocelot', 'ocelot-24.0'), (given, compat) => {
      const { route, codes } = importRoute(given, { compat });
      if (codes('error').length > 0) return;
      for (const { policy, config } of route.policies) {
        const parsed = (
          policies.get(policy) as { safeParse(config: unknown): { success: boolean; error?: unknown } }
        ).safeParse(config);
        expect([policy, config, parsed.error]).toEqual([policy, config, undefined]);
      }
    }),
    { numRuns: 200 },
  );
});
