import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { backplane, folderWith } from './backplane.fixture.ts';

const route = (path: string, more: object = {}) => ({
  UpstreamPathTemplate: path,
  DownstreamPathTemplate: path,
  DownstreamScheme: 'http',
  DownstreamHostAndPorts: [{ Host: '127.0.0.1', Port: 9_999 }],
  ...more,
});
const file = (...routes: object[]) => JSON.stringify({ Routes: routes });

test('what an import prints is a gateway file', async () => {
  using folder = folderWith({ 'ocelot.json': file(route('/orders/{id}', { UpstreamHttpMethod: ['Get'] })) });
  const imported = await backplane(['gateway', 'import', folder.path('ocelot.json')]);
  expect(imported.code).toBe(0);
  expect(imported.stdout).toContain('it can run');
  const yaml = imported.stdout.slice(imported.stdout.indexOf('compat:'));
  expect(parse(yaml)).toEqual({ compat: 'ocelot', routes: [{ ocelot: expect.stringContaining('ocelot.json') }] });
});

test.each([
  ['a route that Ocelot refuses', file(route('orders')), 1, 'OCELOT_TEMPLATE_INVALID'],
  ['a text that is no JSON', '{ "Routes": [', 1, 'OCELOT_JSON_INVALID'],
  ['no routes', '{}', 1, 'OCELOT_NOTHING_TO_ROUTE'],
  ['a warning alone', file(route('/a', { Colour: 'red' })), 0, 'OCELOT_PROPERTY_UNKNOWN'],
])('%s: the file is imported with its place and code', async (_what, text, code, finding) => {
  using folder = folderWith({ 'ocelot.json': text });
  const path = folder.path('ocelot.json');
  const [plain, json, checked] = await Promise.all([
    backplane(['gateway', 'import', path]),
    backplane(['gateway', 'import', path, '--json']),
    backplane(['gateway', 'check', path, '--json']),
  ]);
  expect([plain.code, json.code, checked.code]).toEqual([code, code, code]);
  expect(plain.stderr).toMatch(new RegExp(`ocelot\\.json:\\d+:\\d+: (?:error|warning) ${finding}`));
  expect(JSON.parse(json.stdout)).toMatchObject({ runs: code === 0 });
  expect(JSON.parse(checked.stdout).ok).toBe(code === 0);
  expect(json.stdout).toContain(finding);
});

test('a file that is not there, and none at all, are wrong usage', async () => {
  const [missing, none] = await Promise.all([
    backplane(['gateway', 'import', '/nowhere/ocelot.json']),
    backplane(['gateway', 'import']),
  ]);
  expect([missing.code, none.code]).toEqual([2, 2]);
});

test('a folder is merged as Ocelot merges it, and variables lie over it', async () => {
  using folder = folderWith({
    'ocelot.json': file(route('/old')),
    'ocelot.orders.json': file(route('/orders')),
    'ocelot.users.json': JSON.stringify({ Routes: [route('/users')], GlobalConfiguration: { RequestIdKey: 'No' } }),
    'ocelot.global.json': JSON.stringify({ GlobalConfiguration: { RequestIdKey: 'X-Id' } }),
    'ocelot.Development.json': file(route('/development')),
    'other.json': file(route('/other')),
  });
  vi.stubEnv('Routes__1__UpstreamPathTemplate', '/people');
  const { code, stdout } = await backplane(['gateway', 'import', folder.path(), '--json']);
  vi.unstubAllEnvs();
  const imported = JSON.parse(stdout);
  expect([code, imported.routes]).toEqual([0, ['orders', 'people']]);
  expect(imported.report.mapped.map(({ to }: { to: string }) => to)).toContain('policy correlation-id');
});

test('explain shows the route of Ocelot, and what the service would see', async () => {
  using folder = folderWith({});
  mkdirSync(folder.path('gateway'));
  writeFileSync(folder.path('gateway/gateway.yaml'), 'routes: [{ ocelot: ./ocelot.json }]\ncompat: ocelot\n');
  const routes = [
    route('/orders/{id}', { DownstreamPathTemplate: '/v2/{id}?kind=order' }),
    route('/orders/7', { Priority: 2, DownstreamPathTemplate: '/seven' }),
  ];
  writeFileSync(folder.path('gateway/ocelot.json'), file(...routes));
  const explain = async (path: string) =>
    (await backplane(['gateway', 'explain', 'GET', `http://localhost${path}`, '--config', folder.path()])).stdout;
  const [eight, seven, none] = await Promise.all([explain('/orders/8?x=1'), explain('/orders/7'), explain('/bills')]);
  expect(eight).toMatch(/it sees\s+GET \/v2\/8\?kind=order&x=1/);
  expect(seven).toMatch(/it sees\s+GET \/seven/);
  expect(none).toContain('404');
});
