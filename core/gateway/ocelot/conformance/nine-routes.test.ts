import { expect, test } from 'vitest';
import { importText, scheme } from '../import-ocelot.fixture.ts';
import { MATRIX, nineRoutes } from './nine-routes.fixture.ts';

const schemes = { Bearer: scheme('Bearer'), ApiKey: scheme('ApiKey') };
const imported = (change: (file: any) => void = () => {}, options = {}) => {
  const file = nineRoutes({ authentication: 'as-written' });
  change(file);
  return importText(JSON.stringify(file), { schemes, ...options });
};

test('the file of the first users can run as they wrote it', () => {
  const { model, codes } = imported();
  expect(codes('error')).toEqual([]);
  expect(model.routes.map(({ match }) => match.path)).toEqual(
    MATRIX.map(({ path }) => ({ kind: 'ocelot', template: `${path}/{everything}`, caseSensitive: false })),
  );
  expect(model.upstreams.map(({ targets }) => targets)).toMatchObject(
    MATRIX.map(({ host, port }) => ({ targets: [{ scheme: 'http', host, port }] })),
  );
});

test('their old names bring the rules of 24.0: callers without X-Client-Id share a quota, and 60 s are its ban', () => {
  const { compat, config } = imported();
  expect(compat).toBe('ocelot-24.0');
  for (const [index, { limit }] of MATRIX.entries()) {
    expect(config('rate-limit', index)).toMatchObject({
      version: '24.0',
      limit,
      period: '1m',
      wait: '60s',
      clientIdHeader: 'X-Client-Id',
      statusCode: 429,
      quotaMessage: 'API rate limit exceeded. Please try again later.',
      enableHeaders: true,
    });
  }
});

test('under the newer rules each caller without X-Client-Id would get 503, and the import warns of it', () => {
  const global = (file: any) => {
    for (const route of file.Routes) route.RateLimitOptions.ClientIdHeader = 'X-Client-Id';
  };
  expect(imported(global, { compat: 'ocelot' }).finding('OCELOT_CLIENT_HEADER_NEEDED')?.message).toContain(
    'X-Client-Id',
  );
});

test('Bearer alone, where the matrix says Bearer or ApiKey, is warned of on each route', () => {
  const { findings } = imported();
  expect(findings.filter(({ code }) => code === 'OCELOT_SCHEME_SINGLE')).toHaveLength(9);
});

test('the way to sign in, which only those who are signed in may use, is warned of', () => {
  expect(imported().finding('OCELOT_LOGIN_PROTECTED')?.pointer).toBe(
    '/Routes/0/AuthenticationOptions/AuthenticationProviderKey',
  );
});

test('both schemes, and an optional one, can be said', () => {
  const { model } = importText(JSON.stringify(nineRoutes({ authentication: 'as-meant' })), { schemes });
  expect(model.routes.map(({ authenticate }) => authenticate.mode)).toEqual(MATRIX.map(({ auth }) => auth));
  expect(model.routes[0]!.authenticate.schemes).toHaveLength(2);
});

test('their breaker opens after three failures for five seconds, with ten seconds for an answer', () => {
  const { config } = imported();
  expect(config('circuit-breaker')).toMatchObject({ minimumThroughput: 3, breakDuration: 5_000 });
  expect(config('timeout')).toMatchObject({ timeout: 10_000 });
});

test('a health check on a route, which Ocelot ignores, is done', () => {
  const { upstream, finding } = imported((file) => {
    file.Routes[0].HealthCheck = { Path: '/health', Timeout: 5000 };
  });
  expect(finding('OCELOT_EXTENSION')).toBeDefined();
  expect(upstream.health.active).toMatchObject({ path: '/health', timeoutMs: 5_000 });
});

test('constants and claims in the wrong places become headers, with a warning each', () => {
  const { config, findings } = imported((file) => {
    Object.assign(file.Routes[0], {
      RequestIdKey: 'X-Request-ID',
      AddHeadersToRequest: { 'X-Gateway-Version': '1.0', 'X-Forwarded-For': '{RemoteIpAddress}' },
      AddClaimsToRequest: { 'X-User-Id': 'sub', 'X-User-Role': 'role' },
    });
  });
  expect(findings.filter(({ code }) => code === 'OCELOT_CLAIM_EXPRESSION_INVALID')).toHaveLength(4);
  expect(config('header-transform')).toMatchObject({
    request: [
      { header: 'X-Forwarded-For', value: '{RemoteIpAddress}' },
      { header: 'X-Gateway-Version', value: '1.0' },
    ],
  });
  expect(config('claims')).toMatchObject({
    headers: { 'X-User-Id': 'Claims[sub] > value', 'X-User-Role': 'Claims[role] > value' },
  });
  expect(config('correlation-id')).toMatchObject({ header: 'X-Request-ID' });
});

test('role is also the claim with the long name, and the import says that Ocelot’s is not', () => {
  expect(imported().finding('OCELOT_CLAIM_NAME_SHORT')?.pointer).toBe('/Routes/3/RouteClaimsRequirement/role');
});

test('a route without templates and hosts, as they sketch some, cannot run', () => {
  const { codes } = imported((file) => {
    file.Routes[4] = { DownstreamPathTemplate: '/a/{everything}', LoadBalancerOptions: { Type: 'RoundRobin' } };
  });
  expect(codes('error').toSorted()).toEqual(['OCELOT_TARGET_MISSING', 'OCELOT_TEMPLATE_INVALID']);
});

test('a service of theirs is looked up in Consul', () => {
  const { upstream } = imported((file) => {
    delete file.Routes[0].DownstreamHostAndPorts;
    Object.assign(file.Routes[0], { ServiceName: 'corefinance-api', LoadBalancerOptions: { Type: 'RoundRobin' } });
  });
  expect(upstream).toMatchObject({
    targets: { use: 'consul', service: 'corefinance-api', config: { address: 'http://consul:8500' } },
    balancer: { type: 'round-robin' },
  });
});

test('settings of the program around Ocelot are told apart', () => {
  const { findings } = imported((file) => {
    Object.assign(file, { Logging: {}, IdentityServer: {}, RateLimiting: { Storage: 'Redis' } });
  });
  expect(findings.filter(({ code }) => code === 'OCELOT_SECTION_FOREIGN').map(({ pointer }) => pointer)).toEqual([
    '/Logging',
    '/IdentityServer',
    '/RateLimiting',
  ]);
});

test('PATCH and OPTIONS find no route, and the import says what browsers need', () => {
  expect(imported().finding('OCELOT_METHODS_NARROW')?.message).toContain('OPTIONS or PATCH');
});
