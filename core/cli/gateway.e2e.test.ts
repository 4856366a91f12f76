import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { backplane, folderWith } from './backplane.fixture.ts';

test('gateway check says where it has looked when there is nothing', async () => {
  using folder = folderWith({});
  mkdirSync(folder.path('config'));
  const { code, stdout } = await backplane(['gateway', 'check', '--config', folder.path('config')]);
  expect([code, stdout]).toEqual([0, expect.stringContaining(`no gateway files in ${folder.path('config/gateway')}`)]);
});

test('gateway check names the setting that is wrong, the one that was meant, and the route that nobody reaches', async () => {
  using folder = folderWith({});
  const file = folder.path('shop.yaml');
  const settings = '          limit: 5\n          perod: 1s\n';
  const route = '  - path: /a\n    to: http://10.0.0.1\n';
  writeFileSync(file, `routes:\n${route}    policies:\n      - rate-limit:\n${settings}${route}`);
  const { code, stderr } = await backplane(['gateway', 'check', file]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/shop\.yaml:7:11: error GATEWAY_CONFIG_INVALID: .*perod.*did you mean period\?/);
  expect(stderr).toMatch(/shop\.yaml:8:5: warning GATEWAY_ROUTE_SHADOWED/);
});

test('gateway explain refuses what is no address, before it asks anybody', async () => {
  const { code, stderr } = await backplane(['gateway', 'explain', 'GET', 'orders/7']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('expected a path such as /orders/7')]);
});
