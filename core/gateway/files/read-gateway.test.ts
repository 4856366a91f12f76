import { expect, test } from 'vitest';
import { problemLine } from './gateway-problem.ts';
import { type ReadGateway, readGateway } from './read-gateway.ts';

const FOUND = { environment: { HOST: 'orders.internal' }, ocelotFiles: () => [] };

function read(...texts: string[]): ReadGateway {
  const { model, problems } = readGateway(
    texts.map((text, at) => ({ name: at === 0 ? 'gateway.yaml' : `more-${at}.yaml`, text })),
    FOUND,
  );
  return { model, problems: problems.filter(({ code }) => code !== 'GATEWAY_ROUTE_UNANSWERED') };
}

const problems = (...texts: string[]) =>
  read(...texts).problems.map(({ code, message, place }) => `${place.line}:${place.column} ${code} ${message}`);

const UP = 'upstreams: { up: { targets: [http://10.0.0.1:8080] } }\n';

test.each([
  ['', 'an empty file'],
  [`${UP}routes: [{ path: /a, to: up }]`, 'a route to an upstream'],
  ['routes: [{ path: /a, to: "http://10.0.0.1" }]', 'a route to a URL'],
  ['authentication: { B: { type: jwt } }\nroutes: [{ path: /a, authenticate: [B] }]', 'a scheme'],
])('%j is %s and has no problems', (text) => {
  expect(problems(text)).toEqual([]);
});

test.each([
  ['routes:\n  - path: /a\n    rewrit: /b', '3:5', 'unknown key `routes[0].rewrit`, did you mean `rewrite`?'],
  ['upstreams:\n  up:\n    tragets: []', '3:5', 'unknown key `upstreams.up.tragets`, did you mean `targets`?'],
  [
    'upstreams:\n  up: { targets: [], pool: { connection: 4 } }',
    '2:30',
    'unknown key `upstreams.up.pool.connection`, did you mean `connections`?',
  ],
  [
    'routes: [{ path: /a, to: "http://a", hosts: ["a:80"] }]',
    '1:46',
    'routes[0].hosts[0]: expected a host without port, such as `orders.example.com` or `*.example.com`',
  ],
  [
    'upstreams: { up: { targets: [], pool: { tls: { authority: ./ca.pem } } } }',
    '1:59',
    'upstreams.up.pool.tls.authority: expected the PEM itself (`|` and the lines below it), or `secret:NAME.KEY`; it is no path',
  ],
  ['rotues: []', '1:1', 'unknown key `rotues`, did you mean `routes`?'],
  ['routes: [{ path: 5 }]', '1:18', 'routes[0].path: expected text, not a number'],
  ['routes: [{ path: orders }]', '1:18', 'routes[0].path: must start with "/"'],
  ['routes: [{ methods: GET }]', '1:21', 'routes[0].methods: expected a list, not text'],
  ['routes: [{ path: /a, timeout: 5 s }]', '1:31', 'routes[0].timeout: expected a time such as `250ms`, `5s` or `1m`'],
  ['routes: [{ path: /a, timeout: -5 }]', '1:31', 'routes[0].timeout: expected a number to be at least 0'],
  [
    'routes: [{ path: /a, authenticate: Bearer }]',
    '1:36',
    'routes[0].authenticate: expected a list of schemes such as `[Bearer]`, `none`, or `{ schemes: [Bearer], optional: true }`',
  ],
  [
    'routes: [{ path: /a, authenticate: { scheme: [B] } }]',
    '1:38',
    'unknown key `routes[0].authenticate.scheme`, did you mean `schemes`?',
  ],
  [
    'routes: [{ path: /a, headers: { x-a: 5 } }]',
    '1:38',
    'routes[0].headers.x-a: expected text, `true`, `false` or `{ like: PATTERN }`',
  ],
  [
    'routes: [{ ocelot: ocelot.json, enviroment: Live }]',
    '1:33',
    'unknown key `routes[0].enviroment`, did you mean `environment`?',
  ],
  [
    'routes: [{ path: /a, policies: [{ cors: {}, cache: {} }] }]',
    '1:33',
    'routes[0].policies[0]: expected one policy: `- rate-limit: { limit: 100, period: 1m }`',
  ],
  [
    'upstreams: { up: { targets: [], balancer: { type: sticky } } }',
    '1:51',
    'upstreams.up.balancer.type: expected `consistent-hash` or `sticky-cookie`',
  ],
  [
    'upstreams: { up: { targets: [], balancer: { type: consistent-hash, by: colour } } }',
    '1:72',
    'upstreams.up.balancer.by: expected address, path, subject, header:NAME, cookie:NAME or query:NAME',
  ],
  ['upstreams: { up: {} }', '1:18', 'upstreams.up: expected either `targets` or `discovery`'],
  [
    'routes: [{ path: /a, maxBodyBytes: 12345678901234567890 }]',
    '1:36',
    'routes[0].maxBodyBytes: too large a number; write it in quotes',
  ],
  ['routes: [{ path: "/${env:NOWHERE}" }]', '1:18', 'the environment variable NOWHERE is not set'],
])('%s is complained of at %s', (text, place, message) => {
  expect(problems(text)).toContain(`${place} GATEWAY_FILE_INVALID ${message}${message.endsWith('?') ? '' : '.'}`);
});

test('a variable that is not set is the only complaint about its place', () => {
  expect(problems('routes: [{ path: "${env:NOWHERE}" }]')).toHaveLength(1);
});

test('a problem of YAML itself has its place and its own code', () => {
  const [problem] = read('routes: [\n  a: {').problems;
  expect([problem!.severity, problem!.place.file, problem!.code]).toEqual([
    'error',
    'gateway.yaml',
    expect.stringMatching(/^YAML_/),
  ]);
});

test('a line of a problem has place, code, what is wrong and what to do', () => {
  expect(problemLine(read('routes: [{ path: 5 }]').problems[0]!)).toMatch(
    /^gateway\.yaml:1:18: error GATEWAY_FILE_INVALID: routes\[0\]\.path: expected text, not a number\. docs\/reference/,
  );
});

test.each([
  [
    'routes: [{ path: /a, to: orders }]',
    'GATEWAY_UPSTREAM_UNKNOWN',
    'There is no upstream orders, which the route a names.',
  ],
  [
    'upstreams: { up: { targets: [], failover: other } }',
    'GATEWAY_UPSTREAM_UNKNOWN',
    'There is no upstream other, which the upstream up names.',
  ],
  [
    'routes: [{ path: /a, authenticate: [Bearer] }]',
    'GATEWAY_SCHEME_UNKNOWN',
    'There is no authentication scheme Bearer.',
  ],
  [
    'routes: [{ path: /a, id: a }, { path: /b, id: a }]',
    'GATEWAY_NAME_TAKEN',
    'There are two of kind route with the name a.',
  ],
  [
    'routes: [{ path: /a, to: "http://10.0.0.1/api" }]',
    'GATEWAY_TARGET_INVALID',
    '"http://10.0.0.1/api" is not the address of a service.',
  ],
  [
    'upstreams: { up: { targets: ["ftp://x"] } }',
    'GATEWAY_TARGET_INVALID',
    '"ftp://x" is not the address of a service.',
  ],
])('%s is refused with %s', (text, code, message) => {
  expect(read(text).problems.map((problem) => [problem.code, problem.message])).toEqual([[code, message]]);
});

test('a name of a scheme or upstream is taken over all files, and complained of in the second one', () => {
  const scheme = 'authentication: { B: { type: jwt } }\n';
  const { problems: found } = read(UP + scheme, UP + scheme);
  expect(found.map(({ code, place: { file } }) => [code, file])).toEqual([
    ['GATEWAY_NAME_TAKEN', 'more-1.yaml'],
    ['GATEWAY_NAME_TAKEN', 'more-1.yaml'],
  ]);
});

test('a route can name the schemes and upstreams of every file', () => {
  const { model, problems: found } = read(
    'routes: [{ path: /a, to: up, authenticate: [B] }]',
    `${UP}authentication: { B: { type: jwt } }`,
  );
  expect(found).toEqual([]);
  expect(model.routes[0]!.authenticate).toMatchObject({ mode: 'required', schemes: [{ policy: 'jwt', scheme: 'B' }] });
});

test('a file that cannot be read leaves the others as they are', () => {
  const { model, problems: found } = read('routes: [{ path: 5 }]', 'routes: [{ path: /a }]');
  expect([model.routes.length, found.length]).toEqual([1, 1]);
});

test('`1.0` is the number 1, wherever it stands', () => {
  const { model, problems: found } = read(
    'upstreams: { up: { targets: [{ url: "http://a", weight: 1.0 }] } }\nroutes: [{ path: /a, to: up, timeout: 5.0, policies: [{ x: { ratio: 2.0 } }] }]',
  );
  expect(found).toEqual([]);
  expect(model.upstreams[0]!.targets).toMatchObject({ targets: [{ weight: 1 }] });
  expect(model.routes[0]).toMatchObject({ timeoutMs: 5, policies: [{ config: { ratio: 2 } }] });
});

test('`${env:…}` is replaced everywhere', () => {
  const { model } = read('routes: [{ path: /a, to: "http://${env:HOST}:81" }]');
  expect(model.upstreams[0]!.targets).toMatchObject({ targets: [{ host: 'orders.internal', port: 81 }] });
});

test('a route has the id that it is given, else one of its hosts, methods and path', () => {
  const { model } = read(
    'routes: [{ path: "/api/orders/{id}", methods: [get] }, { path: /, id: home }, { path: /, hosts: ["*.a.example"] }, { path: "/{rest*}" }]',
  );
  expect(model.routes.map(({ id }) => id)).toEqual(['get-api-orders-id', 'home', 'any.a.example', 'restany']);
});

test('an id that is made stays clear of those that are given, also later', () => {
  const { model, problems: found } = read('routes: [{ path: /a }, { path: /b, id: a }, { path: /a, priority: 2 }]');
  expect(found).toEqual([]);
  expect(model.routes.map(({ id }) => id)).toEqual(['a-2', 'a', 'a-3']);
});

test('policies have ids of their own, conditions and labels; those that are off are left out', () => {
  const { model } = read(
    `policies: [cors]
routes:
  - path: /a
    id: a
    policies:
      - cache
      - cache: { ttl: 5s }
        label: twice
        when: { methods: [get], caller: known, headers: { x-a: true, x-b: { like: "v.*" }, x-c: z }, query: { d: false } }
      - mock: {}
        enabled: false`,
    'policies: [cors]',
  );
  expect(model.policies.map(({ id }) => id)).toEqual(['gateway/cors', 'gateway/cors-of-file-2']);
  expect(model.routes[0]!.policies).toMatchObject([
    { id: 'a/cache', policy: 'cache', config: {}, place: { line: 6, column: 9 } },
    {
      id: 'a/cache-2',
      config: { ttl: '5s' },
      label: 'twice',
      when: {
        methods: ['GET'],
        caller: 'known',
        headers: [
          { name: 'x-a', test: { is: 'present' } },
          { name: 'x-b', test: { is: 'like', pattern: 'v.*' } },
          { name: 'x-c', test: { is: 'equal', to: 'z' } },
        ],
        query: [{ name: 'd', test: { is: 'absent' } }],
      },
    },
  ]);
  expect(model.routes[0]!.policies).toHaveLength(2);
});

test('a route that does not say who may call takes what its file says', () => {
  const { model } = read(
    'authentication: { B: { type: jwt } }\nauthenticate: { schemes: [B], optional: true }\nroutes: [{ path: /a }, { path: /b, authenticate: none }, { path: /c, authenticate: [B] }]',
  );
  expect(model.routes.map(({ authenticate }) => authenticate.mode)).toEqual(['optional', 'none', 'required']);
});

test('an upstream may be many services, of which the path names one', () => {
  const text = `upstreams:
  any:
    discovery: { use: consul, service: 'team-{service}', services: { only: [shop-*], except: [shop-admin], idle: 1m } }
routes: [{ path: '/{service}/{rest*}', to: any, rewrite: '/{rest*}' }]`;
  const { model, problems: found } = read(text);
  expect(found).toEqual([]);
  expect(model.upstreams[0]!.targets).toEqual({
    kind: 'services',
    use: 'consul',
    config: {},
    service: 'team-{service}',
    beforeDot: 'name',
    tags: [],
    scheme: 'http',
    pollMs: 5_000,
    only: ['shop-*'],
    except: ['shop-admin'],
    most: 100,
    idleMs: 60_000,
  });
});

test.each([
  ["service: '{service}'", '2:8', 'expected `discovery.services: { only: [shop-*] }` where `service` has a parameter'],
  ['service: orders, services: { only: ["*"] }', '2:8', 'expected `discovery.services'],
  ["service: '{service}', services: {}", '2:68', 'upstreams.any.discovery.services.only'],
  ["service: '{service}', services: { only: ['a/b'] }", '2:77', 'expected a name, with `*` for any text'],
])('what callers may name is said, and nowhere else: { %s }', (discovery, at, message) => {
  const [first, ...others] = problems(`upstreams:\n  any: { discovery: { use: consul, ${discovery} } }`);
  expect(others).toEqual([]);
  expect(first).toMatch(new RegExp(`^${at} GATEWAY_FILE_INVALID `));
  expect(first).toContain(message);
});

test('many services cannot stand in for one upstream', () => {
  const any = `any: { discovery: { use: consul, service: '{service}', services: { only: ['*'] } } }`;
  expect(problems(`upstreams: { ${any}, up: { targets: ['http://a'], failover: any } }`)[0]).toContain(
    'GATEWAY_FAILOVER_INVALID any cannot stand in for up',
  );
});

test('an Ocelot file may be kept to the services that it names', () => {
  const text = JSON.stringify({
    DynamicRoutes: [{ ServiceName: 'orders' }],
    GlobalConfiguration: { ServiceDiscoveryProvider: { Type: 'Consul', Host: 'consul', Port: 8500 } },
  });
  const routesOf = (entry: string) =>
    readGateway([{ name: 'gateway.yaml', text: `routes: [{ ocelot: ./o.json${entry} }]` }], {
      environment: {},
      ocelotFiles: () => [{ name: 'o.json', text }],
    });
  expect(routesOf('').model.routes.map(({ id }) => id)).toEqual(['orders', 'services']);
  expect(routesOf(', services: named').model.routes.map(({ id }) => id)).toEqual(['orders']);
  const limited = routesOf(", services: { only: ['shop-*'] }").model.upstreams[1]!.targets;
  expect(limited).toMatchObject({ kind: 'services', only: ['shop-*'], except: ['orders'], most: 100 });
});

test('a route that is off is not there', () => {
  expect(read('routes: [{ path: /a, to: nowhere, enabled: false }]')).toMatchObject({
    model: { routes: [] },
    problems: [],
  });
});

test('the same files give the same model, byte for byte', () => {
  const texts = [
    `${UP}policies: [cors, cors]\nroutes: [{ path: /a, to: up }, { path: /a, to: "http://b" }]`,
    'routes: [{ path: /a }]',
  ];
  expect(JSON.stringify(read(...texts))).toBe(JSON.stringify(read(...texts)));
});
