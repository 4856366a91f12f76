import { expect, test } from 'vitest';
import { importText, ocelotRoute, seen } from '../import-ocelot.fixture.ts';
import { importOcelot } from '../import-ocelot.ts';

const file = (...routes: unknown[]) => JSON.stringify({ Routes: routes });
const templates = (result: { model: { routes: readonly { match: { path: unknown } }[] } }) =>
  result.model.routes.map(({ match }) => (match.path as { template: string }).template);

test('comments, commas at the end, single quotes and a byte order mark are read', () => {
  const text = `\uFEFF{ // the routes
    'Routes': [ { "UpstreamPathTemplate": '/a', "DownstreamPathTemplate": "/a", "DownstreamScheme": "http", /* here */
      "DownstreamHostAndPorts": [{ "Host": "a", "Port": 80, }], }, ] }`;
  const result = importText(text);
  expect(result.codes('error')).toEqual([]);
  expect(templates(result)).toEqual(['/a']);
});

test('names are found in any case, numbers and flags also as text, and null is nothing', () => {
  const text = JSON.stringify({
    routes: [
      {
        upstreamPathTemplate: '/A',
        downstreamPathTemplate: '/a',
        DOWNSTREAMSCHEME: 'http',
        downstreamHostAndPorts: [{ host: 'a', port: '8080' }],
        routeIsCaseSensitive: 'True',
        priority: '5',
        upstreamHost: null,
      },
    ],
  });
  const { route, upstream, codes } = importText(text);
  expect(codes('error')).toEqual([]);
  expect(route.match).toMatchObject({ path: { caseSensitive: true }, priority: 5, hosts: [] });
  expect(upstream.targets).toMatchObject({ targets: [{ host: 'a', port: 8080 }] });
});

test('a text that is no JSON is one finding at its place, and shows nothing of the text', () => {
  const result = importText('{ "Routes": [\n  { "Token": hunter2 } ] }');
  expect(result.finding('OCELOT_JSON_INVALID')).toMatchObject({ severity: 'error', place: { line: 2 } });
  expect(JSON.stringify(result)).not.toContain('hunter2');
});

test('what is nested without end is refused', () => {
  expect(importText('['.repeat(5_000)).codes()).toContain('OCELOT_JSON_INVALID');
});

test('a name that stands twice is an error, whatever its case', () => {
  expect(importText('{ "Routes": [], "routes": [] }').finding('OCELOT_NAME_REPEATED')?.pointer).toBe('/routes');
});

test('a name with a colon is warned of', () => {
  const claim = { 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role': 'Admin' };
  expect(importText(file(ocelotRoute({ RouteClaimsRequirement: claim }))).codes()).toContain('OCELOT_NAME_SPLIT');
});

test('several files come together: lists in their order, the global part from ocelot.global.json alone', () => {
  const result = seen(
    importOcelot(
      [
        { name: 'conf/ocelot.a.json', text: file(ocelotRoute({ UpstreamPathTemplate: '/a' })) },
        {
          name: 'conf/ocelot.b.json',
          text: JSON.stringify({
            Routes: [ocelotRoute({ UpstreamPathTemplate: '/b' })],
            GlobalConfiguration: { RequestIdKey: 'Wrong' },
          }),
        },
        { name: 'conf/ocelot.global.json', text: '{ "GlobalConfiguration": { "RequestIdKey": "Right" } }' },
        { name: 'conf/ocelot.json', text: file(ocelotRoute({ UpstreamPathTemplate: '/old' })) },
      ],
      { compat: 'ocelot' },
    ),
  );
  expect(templates(result)).toEqual(['/a', '/b']);
  expect(result.finding('OCELOT_PROPERTY_UNUSED')?.place.file).toBe('conf/ocelot.b.json');
  expect(result.config('correlation-id')).toMatchObject({ header: 'Right' });
});

test('where files are merged, that of the environment is left out with a warning', () => {
  const files = ['a', 'Production'].map((name) => ({
    name: `ocelot.${name}.json`,
    text: file(ocelotRoute({ UpstreamPathTemplate: `/${name}` })),
  }));
  const result = seen(importOcelot(files, { environment: 'Production' }));
  expect(templates(result)).toEqual(['/a']);
  expect(result.finding('OCELOT_PROPERTY_UNUSED')?.place.file).toBe('ocelot.Production.json');
  expect(templates(importOcelot(files))).toEqual(['/a', '/Production']);
});

test('the file of the environment lies over ocelot.json, place by place', () => {
  const files = [
    {
      name: 'ocelot.json',
      text: file(ocelotRoute({ UpstreamPathTemplate: '/a' }), ocelotRoute({ UpstreamPathTemplate: '/b' })),
    },
    { name: 'ocelot.Production.json', text: '{ "Routes": [{}, { "UpstreamPathTemplate": "/c" }] }' },
  ];
  expect(templates(importOcelot(files, { environment: 'Production' }))).toEqual(['/a', '/c']);
});

test('variables lie over all files', () => {
  const files = [{ name: 'ocelot.json', text: file(ocelotRoute()) }];
  const variables = { Routes__0__Priority: '7', GLOBALCONFIGURATION__REQUESTIDKEY: 'X-Id', PATH: '/bin', A__B: 'c' };
  const result = seen(importOcelot(files, { variables }));
  expect(result.route.match.priority).toBe(7);
  expect(result.config('correlation-id')).toMatchObject({ header: 'X-Id' });
});

test('names of the first versions are read', () => {
  const text = JSON.stringify({
    ReRoutes: [
      {
        UpstreamPathTemplate: '/a',
        DownstreamPathTemplate: '/a',
        DownstreamScheme: 'http',
        DownstreamHost: 'old',
        DownstreamPort: 81,
        ReRouteIsCaseSensitive: true,
        FileCacheOptions: { TtlSeconds: 5 },
      },
    ],
  });
  const result = importText(text, {});
  expect(result.compat).toBe('ocelot-24.0');
  expect(result.codes('error')).toEqual([]);
  expect(result.upstream.targets).toMatchObject({ targets: [{ host: 'old', port: 81 }] });
  expect(result.config('cache')).toMatchObject({ ttl: 5_000 });
});
