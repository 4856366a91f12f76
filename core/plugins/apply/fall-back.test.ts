import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeVersion, FakeWorld } from './fake-world.fixture.ts';

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

const network = { capabilities: { network: { why: 'calls Acme' } } };
const ACME = 'plugins: { acme: { use: "npm:acme" } }';

test.each<[string, FakeVersion | undefined, string]>([
  ['does not load', { loadFails: 'broken' }, 'PLUGIN_LOAD_FAILED'],
  ['does not answer', { sick: 'nobody home' }, 'PLUGIN_UNHEALTHY'],
  ['does not exist', undefined, 'PLUGIN_NOT_FOUND'],
  ['asks for more than was approved', network, 'PLUGIN_APPROVAL_NEEDED'],
])('a host that starts with a newer version which %s runs the one that worked last, and says so', async (_, newer, code) => {
  await world.publish('acme', '1.0.0').config(ACME).start();
  if (newer !== undefined) world.publish('acme', '2.0.0', newer);
  const host = await world.config('plugins: { acme: { use: "npm:acme@2.0.0", required: true } }').restart();
  expect(await world.call('tools.acme.act')).toBe('1.0.0');
  expect(world.record('acme')).toMatchObject({ state: 'active', version: '1.0.0', pending: { error: { code } } });
  expect(host.explain('acme').text).toContain('Wanted: ');
  expect(host.lock().plugins['acme']?.current).toBe('1.0.0');
});

test('what nobody approved is no version to fall back to', async () => {
  await world.publish('acme', '1.0.0', network).config(`${ACME}\ntrust: [acme]`).start();
  world.publish('acme', '2.0.0', { ...network, loadFails: 'broken' });
  await world.config('plugins: { acme: { use: "npm:acme@2.0.0" } }').restart();
  expect(world.record('acme')).toMatchObject({ state: 'awaiting-approval', version: '2.0.0' });
});
