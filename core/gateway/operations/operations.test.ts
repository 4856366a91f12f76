import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineGatewayPolicy } from '@backplane/sdk';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { givenGatewaySources, readGatewaySources } from '../files/gateway-sources.ts';
import { readConfiguration } from '../files/read-configuration.ts';
import { policySource, route, SILENT, upstream, use } from '../gateway.fixture.ts';
import { EMPTY_MODEL, type GatewayModel } from '../model/gateway-model.ts';
import { compileSnapshot } from '../snapshot/compile-snapshot.ts';
import { PolicyShelf } from '../snapshot/policy-shelf.ts';
import { UpstreamSet } from '../upstreams/upstream-set.ts';
import { compileProblems } from './compile-problems.ts';
import { createGatewayOperations } from './create-gateway-operations.ts';
import { explainRequest } from './explain-request.ts';
import { importFiles } from './import-files.ts';
import { LiveGateway } from './live-gateway.ts';
import { mergeUpstreams } from './merge-states.ts';
import { diffLine, modelDiff } from './model-diff.ts';
import { resolveSecrets } from './resolve-secrets.ts';
import { softened, standInEnvironment, standInSecrets } from './stand-ins.ts';

const folder = mkdtempSync(join(tmpdir(), 'gateway-files-'));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (name: string, text: string) => {
  const file = join(folder, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  return file;
};
const OCELOT = (path: string) =>
  JSON.stringify({
    Routes: [
      {
        UpstreamPathTemplate: path,
        DownstreamPathTemplate: '/x',
        DownstreamScheme: 'http',
        DownstreamHostAndPorts: [{ Host: 'localhost', Port: 81 }],
      },
    ],
  });
const codes = (read: () => unknown) => {
  try {
    read();
    return 'done';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('the files of a gateway', () => {
  test('a folder is read whole: YAML, what it names, and Ocelot files that nothing names', () => {
    write('all/a.yaml', 'routes: [{ path: /a, to: http://a }, { ocelot: ../elsewhere/ocelot.json }]');
    const named = write('elsewhere/ocelot.json', OCELOT('/named'));
    write('all/ocelot.json', OCELOT('/found'));
    write('all/package.json', '{"name": "not a gateway"}');
    const sources = readGatewaySources([join(folder, 'all')]);
    const { model, problems } = readConfiguration(sources, {});
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(model.routes.map(({ match: { path } }) => (path.kind === 'native' ? path.pattern : path.template))).toEqual([
      '/a',
      '/named',
      '/found',
    ]);
    expect([...sources.named]).toEqual([named]);
  });

  test('what cannot be read is refused by name', () => {
    expect(codes(() => readGatewaySources([join(folder, 'nowhere')]))).toBe('GATEWAY_SOURCE_UNREADABLE');
    write('missing/a.yaml', 'routes: [{ ocelot: ./ocelot.json }]');
    const { problems } = readConfiguration(readGatewaySources([join(folder, 'missing')]), {});
    expect(problems).toMatchObject([{ code: 'GATEWAY_OCELOT_UNREADABLE', place: { line: 1, column: 20 } }]);
  });

  test('files that are sent name each other, and never those of the host', () => {
    const named = [{ name: 'a.yaml', text: `routes: [{ ocelot: ${join(folder, 'elsewhere/ocelot.json')} }]` }];
    expect(readConfiguration(givenGatewaySources(named), {}).problems).toMatchObject([
      { code: 'GATEWAY_OCELOT_UNREADABLE' },
    ]);
    const both = [
      { name: 'a.yaml', text: 'routes: [{ ocelot: ./ocelot.json }]' },
      { name: 'ocelot.json', text: OCELOT('/sent') },
    ];
    expect(readConfiguration(givenGatewaySources(both), {}).model.routes).toHaveLength(1);
  });
});

describe('secrets in settings', () => {
  const model: GatewayModel = {
    ...EMPTY_MODEL,
    routes: [route('r', '/r', { policies: [use('jwt', { keys: ['secret:idp.KEY', 'secret: no'] })] })],
    upstreams: [],
    policies: [use('other', { from: 'secret:idp.NONE' })],
  };

  test('are put in where they are named, and what is missing is a problem', async () => {
    const { model: filled, values, problems } = await resolveSecrets(model, async () => ({ KEY: 'value' }));
    expect(filled.routes[0]!.policies[0]!.config).toEqual({ keys: ['value', 'secret: no'] });
    expect(values).toEqual(['value']);
    expect(problems).toMatchObject([{ code: 'GATEWAY_SECRET_MISSING' }]);
    expect(model.routes[0]!.policies[0]!.config).toEqual({ keys: ['secret:idp.KEY', 'secret: no'] });
  });

  test('and those of the environment have stand-ins for whoever only checks, whose complaints count less', async () => {
    const read = standInSecrets(async () => ({ KEY: 'value' }));
    expect(JSON.stringify([await read('idp'), standInEnvironment({ PASSWORD: 'value' })])).not.toContain('value');
    const place = { file: 'gateway.yaml', line: 1, column: 1 };
    const problem = { severity: 'error', code: 'X', message: '', remedy: '', place } as const;
    expect(softened([problem], model)[0]!.severity).toBe('warning');
    expect(softened([problem], { ...model, routes: [], policies: [] })[0]!.severity).toBe('error');
  });
});

test('a reload is told by the names of what it changes, whatever lines have moved', () => {
  const before = { ...EMPTY_MODEL, routes: [route('a', '/a'), route('b', '/b'), route('c', '/c')] };
  const moved = { ...route('a', '/a'), place: { file: 'gateway.yaml', line: 9, column: 1 } };
  const after = {
    ...EMPTY_MODEL,
    routes: [moved, route('c', '/other'), route('d', '/d')],
    upstreams: [upstream('u', [1])],
  };
  expect(diffLine(modelDiff(before, after))).toBe('routes: +d -b ~c; upstreams: +u');
  expect(diffLine(modelDiff(after, after))).toBeUndefined();
  const routes = { added: Array.from({ length: 10_000 }, (_, at) => `r${at}`), removed: [], changed: ['a'] };
  const line = diffLine({ ...modelDiff(after, after), routes })!;
  expect([line.length < 300, line]).toEqual([
    true,
    expect.stringContaining('r19 and 9981 more (10000 new, 0 gone, 1 changed)'),
  ]);
});

test('a target is healthy while one worker reaches it, and the others say why not', () => {
  const target = { id: 'a', weight: 1, active: 2 };
  const ejected = { ...target, isHealthy: false, because: 'it failed five times' };
  const [merged] = mergeUpstreams([
    [{ name: 'u', targets: [{ ...target, isHealthy: true }] }],
    [{ name: 'u', targets: [ejected] }],
  ]);
  expect(merged!.targets).toEqual([
    { id: 'a', weight: 1, active: 4, isHealthy: true, healthyOn: 1, askedWorkers: 2, because: 'it failed five times' },
  ]);
});

test('an upstream that requests have named says so, whichever worker has it', () => {
  const found = { name: 'any/orders', targets: [], isFound: true };
  const merged = mergeUpstreams([[{ name: 'u', targets: [] }], [{ name: 'u', targets: [] }, found]]);
  expect(merged).toEqual([found, { name: 'u', targets: [] }]);
});

test('an imported file comes with what runs it, and with what keeps it from running', () => {
  const good = importFiles([{ name: 'ocelot.json', text: OCELOT('/a') }]);
  expect([good.runs, good.yaml]).toEqual([true, 'compat: ocelot\nroutes:\n  - ocelot: ./ocelot.json\n']);
  const bad = importFiles([{ name: 'ocelot.json', text: '{ "Routes": [] }' }]);
  expect([bad.runs, bad.report.errors[0]!.code]).toEqual([false, 'OCELOT_NOTHING_TO_ROUTE']);
});

test('what is asked of a gateway that does not run is refused with why; its state is told', () => {
  const options = {
    ...{
      folder: join(folder, 'none'),
      environment: {},
      log: SILENT,
      workers: 1,
      plugins: () => [],
      registries: () => [],
    },
    readSecret: async () => undefined,
    certificateFiles: [],
    readCertificates: async () => [],
    start: () => Promise.reject(new Error('never')),
    upkeepFor: () => Promise.reject(new Error('never')),
    urlOf: () => '',
  };
  for (const begins of ['never', 'with files'] as const) {
    const gateway = new LiveGateway({ ...options, begins });
    const operations = createGatewayOperations(gateway, options);
    expect(codes(() => operations.routes())).toBe('GATEWAY_NOT_RUNNING');
    expect(operations.status()).toMatchObject({ state: begins === 'never' ? 'off' : 'waiting', routes: 0 });
  }
});

describe('an explanation', () => {
  const words = { title: 'T', summary: 'S', config: z.any(), onFailure: 'closed' } as const;
  const policies = [
    defineGatewayPolicy({
      ...words,
      name: 'early',
      phases: ['request', 'log'],
      create: () => ({ request: () => undefined, log() {} }),
    }),
    defineGatewayPolicy({ ...words, name: 'late', phases: ['rewrite'], create: () => ({ rewrite: () => undefined }) }),
  ];
  const snapshotOf = (model: Partial<GatewayModel>) => {
    const source = policySource(policies);
    const parts = { policies: source, shelf: new PolicyShelf(source), upstreams: new UpstreamSet() };
    return compileSnapshot({ ...EMPTY_MODEL, upstreams: [upstream('up', [81])], ...model }, parts);
  };
  const ask = { method: 'get', url: 'https://api.example.com/orders/7?full=1', headers: [] };

  test('has the route, what its upstream would see, and the policies in their order', async () => {
    const to = { ...route('x', '/x').to, path: { kind: 'native', template: '/v2/{id}' } } as never;
    const snapshot = await snapshotOf({
      policies: [use('early', {}, 'gateway/early')],
      routes: [
        route('orders', '/orders/{id}', {
          to,
          policies: [{ ...use('late', {}, 'orders/late'), when: { methods: ['POST'] } }],
        }),
      ],
    });
    const { request, route: found, chain } = explainRequest(snapshot, ask);
    expect(request).toEqual({ method: 'GET', host: 'api.example.com', path: '/orders/7', query: 'full=1' });
    expect(found).toMatchObject({
      id: 'orders',
      params: { id: '7' },
      upstream: { name: 'up', sees: 'GET /v2/7?full=1', targets: ['http://127.0.0.1:81'] },
    });
    expect(chain.map(({ phase, steps: [step] }) => [phase, step!.policy, step!.from, step!.runs])).toEqual([
      ['request', 'early', 'gateway', 'yes'],
      ['rewrite', 'late', 'route', 'no'],
      ['log', 'early', 'gateway', 'yes'],
    ]);
  });

  test('says of every other route why it is not the one', async () => {
    const match = (more: object) => ({ match: { ...route('x', '/orders/{id}').match, ...more } });
    const header = { name: 'x-a', test: { is: 'equal', to: 'b' } };
    const snapshot = await snapshotOf({
      routes: [
        route('other', '/other'),
        route('post', '/orders/{id}', match({ methods: ['POST'] })),
        route('host', '/orders/{id}', match({ hosts: ['b.example.com'] })),
        route('header', '/orders/{id}', match({ headers: [header] })),
        route('open', '/{all*}'),
      ],
    });
    const { considered, route: found } = explainRequest(snapshot, ask);
    expect(found!.id).toBe('open');
    expect(Object.fromEntries(considered.map(({ id, because }) => [id, because]))).toEqual({
      other: 'its path /other is another one',
      post: 'it is for POST, not GET',
      host: 'it is for the host b.example.com, not api.example.com',
      header: 'the header x-a is not b',
      open: 'the first in order that fits',
    });
  });

  test('compiles the patterns of a configuration once, however often it is asked for', async () => {
    let reads = 0;
    const model = route('orders', '/orders/{id}');
    const watched: typeof model = {
      ...model,
      get match() {
        reads += 1;
        return model.match;
      },
    };
    const snapshot = await snapshotOf({ routes: [watched, route('a', '/a', { to: { kind: 'policies' } })] });
    const other = () => explainRequest(snapshot, { ...ask, url: '/a' }).considered;
    const first = other();
    const before = reads;
    expect(other()).toEqual(first);
    expect(reads).toBe(before);
  });

  test("says what a preflight is for, which routes of Ocelot's do not know", async () => {
    const template = { kind: 'ocelot', template: '/orders/{id}', caseSensitive: false } as const;
    const snapshot = await snapshotOf({
      routes: [
        route('native', '/other', { match: { ...route('x', '/orders/{id}').match, methods: ['PUT'] } }),
        route('old', '/x', {
          compat: 'ocelot',
          match: { ...route('x', '/x').match, path: template, methods: ['PUT'] },
        }),
      ],
    });
    const headers = [
      ['origin', 'https://a.example'],
      ['access-control-request-method', 'PUT'],
    ] as const;
    const { considered } = explainRequest(snapshot, { ...ask, method: 'OPTIONS', headers });
    expect(considered.map(({ id, because }) => [id, because])).toEqual([
      ['native', 'the first in order that fits'],
      ['old', 'it is for PUT, not OPTIONS'],
    ]);
  });

  test('of a request that nothing is for has the answer of the gateway', async () => {
    const snapshot = await snapshotOf({ routes: [route('a', '/a')] });
    const refused = (url: string) => explainRequest(snapshot, { ...ask, url }).refused?.status;
    expect([refused('/b'), refused('/%2e%2e/a'), refused('/a')]).toEqual([404, 400, undefined]);
  });

  test('cannot be had of what does not compile, whose problems have their places', async () => {
    const refused = await snapshotOf({ routes: [route('a', '/a', { policies: [use('nobody')] })] }).catch(
      compileProblems,
    );
    expect(refused).toMatchObject([{ code: 'GATEWAY_CONFIG_INVALID', place: { file: 'gateway.yaml', line: 1 } }]);
  });
});
