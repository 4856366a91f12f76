import type { GatewayPolicy } from '@backplane/sdk';
import { memorySharedState, replyHttp, type TestClock } from '@backplane/sdk/testing';
import { aggregate } from '../../../../plugins/policies/aggregate/aggregate.ts';
import { apiKey } from '../../../../plugins/policies/api-key/api-key.ts';
import { cache } from '../../../../plugins/policies/cache/cache.ts';
import { circuitBreaker } from '../../../../plugins/policies/circuit-breaker/circuit-breaker.ts';
import { claims } from '../../../../plugins/policies/claims/claims.ts';
import { correlationId } from '../../../../plugins/policies/correlation-id/correlation-id.ts';
import { cors } from '../../../../plugins/policies/cors/cors.ts';
import { followRedirects } from '../../../../plugins/policies/follow-redirects/follow-redirects.ts';
import { headerTransform } from '../../../../plugins/policies/header-transform/header-transform.ts';
import { ipAccess } from '../../../../plugins/policies/ip-access/ip-access.ts';
import { jwt } from '../../../../plugins/policies/jwt/jwt.ts';
import { rateLimit } from '../../../../plugins/policies/rate-limit/rate-limit.ts';
import { securityHeaders } from '../../../../plugins/policies/security-headers/security-headers.ts';
import { timeout } from '../../../../plugins/policies/timeout/timeout.ts';
import { expressionsPort } from '../../../plugins/ports/expressions-port.ts';
import type { PolicyUse } from '../../model/policy-use.ts';

const POLICIES: readonly GatewayPolicy[] = [
  ...[
    aggregate,
    apiKey,
    cache,
    circuitBreaker,
    claims,
    correlationId,
    cors,
    headerTransform,
    ipAccess,
    jwt,
    rateLimit,
    followRedirects,
    securityHeaders,
    timeout,
  ],
];

/** Whom the identity service knows. */
const PEOPLE: Readonly<Record<string, object>> = {
  ada: { isValid: true, userId: 'ada', role: 'User', scope: 'orders read', tenant: 'x|eu' },
  ann: { isValid: true, userId: 'ann lee' },
  bea: { isValid: true, userId: 'bea', role: ['Guest', 'Admin'], scope: ['orders', 'read'] },
  eve: { isValid: true, userId: 'eve', role: 'Guest', scope: 'orders' },
};

/** The policies that imported routes use, with a clock of the test, their settings checked, and an identity service. */
export function policiesUnderTest(clock: TestClock): readonly GatewayPolicy[] {
  const shared = memorySharedState(clock);
  const http = replyHttp(({ body }) => {
    const asked = JSON.parse(String(body)) as { token?: string; apiKey?: string };
    return { body: PEOPLE[asked.token ?? asked.apiKey?.replace('key-of-', '') ?? ''] ?? { isValid: false } };
  });
  return POLICIES.map((policy) => ({
    ...policy,
    create: (context) =>
      policy.create({
        ...context,
        config: (policy.config as { parse(config: unknown): unknown }).parse(context.config),
        now: clock.now,
        shared,
        http,
        expressions: expressionsPort,
      } as never),
  }));
}

/** Bearer tokens and API keys, both verified by the identity service. */
export const SCHEMES: Readonly<Record<string, PolicyUse>> = {
  Bearer: schemeOf('jwt', 'Bearer', { sub: 'userId', role: 'role', scope: 'scope', tenant: 'tenant' }),
  ApiKey: schemeOf('api-key', 'ApiKey', { sub: 'userId', role: 'role', scope: 'scope' }),
};

function schemeOf(policy: string, name: string, claims: Readonly<Record<string, string>>): PolicyUse {
  const identityService = { url: 'http://identity-api:5228/verify', claims };
  return {
    id: `scheme/${name}`,
    policy,
    config: { identityService },
    label: name,
    place: { file: 'gateway.yaml', line: 1, column: 1 },
  };
}
