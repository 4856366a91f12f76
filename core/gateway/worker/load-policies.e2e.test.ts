import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { SILENT, use } from '../gateway.fixture.ts';
import { PluginPolicies, type PolicyPorts } from './load-policies.ts';
import { createPromMeters } from './prom-meters.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'policies-')));
const entry = join(folder, 'index.ts');
writeFileSync(
  entry,
  `import { defineGatewayPolicy, definePlugin } from '@backplane/sdk';
import { z } from 'zod';
const words = { title: 'T', summary: 'S', phases: ['route'], onFailure: 'closed' } as const;
const told = defineGatewayPolicy({ ...words, name: 'told', config: z.strictObject({ text: z.string() }), uses: ['kv'],
  create: ({ config, use, kv }) => ({ route: () => ({ status: 200, body: [config.text, use.id, use.scheme, typeof kv].join() }) }) });
const greedy = defineGatewayPolicy({ ...words, name: 'greedy', config: z.object({}), uses: ['secrets'] as never, create: () => ({ route: () => undefined }) });
export default definePlugin({ id: 'p', contributes: [told, greedy] });`,
);
afterAll(() => rmSync(folder, { recursive: true }));

function policies(): PluginPolicies {
  const source = new PluginPolicies({
    log: SILENT,
    meters: createPromMeters().meters,
    kvOf: () => ({}),
  } as unknown as PolicyPorts);
  source.setPlugins([{ id: 'p', version: '1.0.0', folder, entry, policies: ['told', 'greedy', 'promised'] }]);
  return source;
}

test('a policy of a plugin gets its settings, its use and the ports that it asks for', async () => {
  const { hooks } = await policies().make({ ...use('told', { text: 'a' }), scheme: 'B' });
  expect(hooks.route!({} as never)).toMatchObject({ body: 'a,use/told,B,object' });
});

test.each([
  ['nobody', {}, /^no active plugin brings it; a plugin of your own has to be named/],
  ['tolld', {}, 'no active plugin brings it, did you mean told?'],
  ['promised', {}, 'the plugin p brings no policy promised after all'],
  ['told', { text: 5 }, /text/],
  ['greedy', {}, 'it uses the port secrets, which a gateway does not lend'],
])('a policy %s with the settings %j is refused in words', async (name, config, message) => {
  await expect(policies().make(use(name, config))).rejects.toThrow(message);
});

test('a module that cannot be read is told with its place in the plugin', async () => {
  const broken = join(folder, 'broken.ts');
  writeFileSync(broken, 'const a = 1;\nthis is no code(\n');
  const source = policies();
  source.setPlugins([{ id: 'p', version: '1.0.0', folder, entry: broken, policies: ['told'] }]);
  await expect(source.make(use('told'))).rejects.toThrow(/^its plugin p cannot be loaded: broken\.ts:2/);
});

test('of two plugins that bring a policy of one name the first counts', async () => {
  const source = policies();
  const before = source.versionOf('told');
  const own = { id: 'p', version: '1.0.0', folder, entry, policies: ['told'] };
  source.setPlugins([own, { ...own, id: 'later', entry: join(folder, 'none.ts') }]);
  expect(source.versionOf('told')).toBe(before);
  expect((await source.make(use('told', { text: 'a' }))).hooks.route!({} as never)).toMatchObject({ status: 200 });
});

test('another version of a plugin is another version of its policies', () => {
  const source = policies();
  const before = source.versionOf('told');
  source.setPlugins([{ id: 'p', version: '1.0.1', folder, entry, policies: ['told'] }]);
  expect([source.versionOf('told') === before, source.versionOf('greedy')]).toEqual([false, undefined]);
});
