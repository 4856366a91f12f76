import { expect, test } from 'vitest';
import { importRoute, importText, ocelotRoute } from '../import-ocelot.fixture.ts';

test.each([
  [{ UpstreamPathTemplate: undefined }, 'UpstreamPathTemplate is missing'],
  [{ UpstreamPathTemplate: 'orders' }, 'must begin with /'],
  [{ UpstreamPathTemplate: '/a//b' }, 'must not contain //'],
  [{ UpstreamPathTemplate: 'http://a/b' }, 'without scheme and host'],
  [{ UpstreamPathTemplate: '/{rest}/{rest}' }, 'has the placeholder {rest} twice'],
  [{ UpstreamPathTemplate: '/a/{rest' }, 'has a brace without its partner'],
  [{ UpstreamPathTemplate: '/a(b/{rest}' }, 'is not a regular expression'],
  [{ UpstreamHeaderTemplates: { 'X-A': '(' } }, 'is not a regular expression'],
  [{ DownstreamPathTemplate: 'orders' }, 'must begin with /'],
  [{ DownstreamPathTemplate: '' }, 'DownstreamPathTemplate is missing'],
])('%j: %s', (given, problem) => {
  expect(importRoute(given).finding('OCELOT_TEMPLATE_INVALID')).toMatchObject({
    severity: 'error',
    message: expect.stringContaining(problem),
  });
});

test('a placeholder that nothing gives a value is a warning', () => {
  const { finding } = importRoute({ DownstreamPathTemplate: '/{rest}/{id}' });
  expect(finding('OCELOT_PLACEHOLDER_UNBOUND')).toMatchObject({ severity: 'warning' });
});

test('a template that is an expression is a note', () => {
  expect(importRoute({ UpstreamPathTemplate: '/(a|b)/{rest}' }).codes('info')).toContain('OCELOT_TEMPLATE_EXPRESSION');
});

type Given = Readonly<Record<string, unknown>>;

const both = (a: Given, b: Given, aggregates: readonly Given[] = []) =>
  importText(JSON.stringify({ Routes: [ocelotRoute(a), ocelotRoute(b)], Aggregates: aggregates })).codes('error');

test.each([
  [{}, {}],
  [{ UpstreamHttpMethod: ['GET', 'POST'] }, { UpstreamHttpMethod: ['post'] }],
  [{ UpstreamHttpMethod: ['GET'] }, {}],
])('%j and %j are for the same requests', (a, b) => {
  expect(both(a, b)).toEqual(['OCELOT_ROUTE_REPEATED']);
});

test.each([
  [{ UpstreamHttpMethod: ['GET'] }, { UpstreamHttpMethod: ['POST'] }],
  [{ UpstreamHost: 'a' }, { UpstreamHost: 'b' }],
  [{}, { UpstreamHeaderTemplates: { 'X-A': 'b' } }],
])('%j and %j are not', (a, b) => {
  expect(both(a, b)).toEqual([]);
});

test('an aggregate may not have the path of a route for the same methods, nor of another aggregate', () => {
  const other = { UpstreamPathTemplate: '/b', Key: 'k' };
  const aggregate = { UpstreamPathTemplate: '/orders/{rest}', RouteKeys: ['k'] };
  expect(both({}, other, [aggregate])).toEqual(['OCELOT_ROUTE_REPEATED']);
  expect(both({ UpstreamHttpMethod: ['POST'] }, other, [aggregate])).toEqual([]);
  expect(both({ UpstreamHttpMethod: ['POST'] }, other, [aggregate, aggregate])).toEqual(['OCELOT_ROUTE_REPEATED']);
});

const shadowed = (...routes: readonly Given[]) => {
  const text = JSON.stringify({ Routes: routes.map((route) => ocelotRoute(route)) });
  return importText(text)
    .findings.filter(({ code }) => code === 'OCELOT_ROUTE_SHADOWED')
    .map(({ pointer }) => pointer);
};
const [WIDE, EXACT] = [{ UpstreamPathTemplate: '/orders/{rest}' }, { UpstreamPathTemplate: '/orders/{id}/lines' }];

test('a route that another one takes all requests from is a warning', () => {
  expect(shadowed(WIDE, EXACT)).toEqual(['/Routes/1/UpstreamPathTemplate']);
  expect(shadowed({ ...WIDE, Priority: 2 }, { ...EXACT, UpstreamHttpMethod: ['GET'] })).toHaveLength(1);
  expect(shadowed(EXACT, { ...WIDE, Priority: 2 })).toEqual(['/Routes/0/UpstreamPathTemplate']);
});

test.each([
  [EXACT, WIDE],
  [WIDE, { ...EXACT, Priority: 2 }],
  [WIDE, { ...EXACT, UpstreamHost: 'a' }],
  [{ ...WIDE, UpstreamHttpMethod: ['GET'] }, EXACT],
  [{ ...WIDE, UpstreamHeaderTemplates: { 'X-A': 'b' } }, EXACT],
  [
    { ...WIDE, UpstreamHost: 'b' },
    { ...EXACT, UpstreamHost: 'a' },
  ],
  [{ UpstreamPathTemplate: '/{all}' }, EXACT],
  [WIDE, { UpstreamPathTemplate: '/bills/{rest}' }],
])('%j leaves requests to %j', (a, b) => {
  expect(shadowed(a, b)).toEqual([]);
});

test('methods that find no route are named once for the file', () => {
  const route = (path: string) => ocelotRoute({ UpstreamPathTemplate: path, UpstreamHttpMethod: ['GET'] });
  const { findings } = importText(JSON.stringify({ Routes: [route('/a'), route('/b')] }));
  expect(findings.filter(({ code }) => code === 'OCELOT_METHODS_NARROW')).toMatchObject([
    { severity: 'info', pointer: '/Routes/0/UpstreamHttpMethod' },
  ]);
});

test('a file without routes is an error', () => {
  expect(importText('{}').codes('error')).toEqual(['OCELOT_NOTHING_TO_ROUTE']);
});

test('global values that are for dynamic routes alone are warned of', () => {
  expect(importRoute({}, undefined, { DownstreamScheme: 'http' }).codes('warning')).toEqual(['OCELOT_PROPERTY_UNUSED']);
});

test('the report tells part by part what became of the file', () => {
  const { report } = importRoute({ RateLimitOptions: { Limit: 1 }, Colour: 'red', Timeout: 'soon' });
  expect(report.mapped).toContainEqual(
    expect.objectContaining({ pointer: '/Routes/0/RateLimitOptions', to: 'policy rate-limit' }),
  );
  expect(report.ignored.map(({ code }) => code)).toEqual(['OCELOT_PROPERTY_UNKNOWN']);
  expect(report.errors.map(({ code }) => code)).toEqual(['OCELOT_VALUE_INVALID']);
  expect(report.compatNotes.map(({ code }) => code)).toContain('OCELOT_CLIENT_HEADER_NEEDED');
});
