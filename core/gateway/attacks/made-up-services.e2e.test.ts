import { expect, test } from 'vitest';
import { startDynamic } from '../ocelot/conformance/dynamic-routing.fixture.ts';

test('who calls hundreds of services that do not exist leaves nothing behind, and takes nothing from those that do', async () => {
  await using all = await startDynamic();
  all.register('orders', 'A');
  await all.send('/orders/1');
  const begun = performance.now();
  const statuses = new Map<number, number>();
  const call = async (name: string) => {
    const { status } = await all.send(`/${name}/x`);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  };
  for (let round = 0; round < 20; round += 1)
    await Promise.all(Array.from({ length: 40 }, (_, at) => call(`made-up-${round}-${at}`)));
  const seconds = (performance.now() - begun) / 1_000;
  expect([...statuses.keys()].toSorted()).toEqual([404, 503]);
  // Two hundred at a stretch, then fifty a second.
  expect(all.consul.lookups().length).toBeLessThanOrEqual(202 + 50 * Math.ceil(seconds));
  expect((await all.send('/orders/1')).status).toBe(200);
  expect(all.upkeep.state().feeds.map(({ service }) => service)).toEqual(['orders']);
  expect(all.gateway.snapshot.services.flatMap(({ upstreams }) => upstreams.map(({ name }) => name))).toEqual([
    'services/orders',
  ]);
  // A question for each service that is followed, none for those that were made up.
  expect(all.consul.server.waiting.size).toBeLessThanOrEqual(1);
});

test('one service under hundreds of names is one service', async () => {
  await using all = await startDynamic();
  for (let at = 0; at < 64; at += 1) {
    const name = [...'orders'].map((letter, bit) => ((at >> bit) & 1 ? letter.toUpperCase() : letter)).join('');
    // As Consul does: it takes all spellings for the same.
    all.register(name, 'A');
  }
  const answers = [];
  for (const path of ['/orders/1', '/ORDERS/1', '/Orders/1', '/a.orders/1', '/b.ORDers/1'])
    answers.push((await all.send(path)).status);
  expect(answers).toEqual([200, 200, 200, 200, 200]);
  expect(all.upkeep.state().feeds).toHaveLength(1);
});
