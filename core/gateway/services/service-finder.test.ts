import type { Discovery, ServiceInstance } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { SILENT } from '../gateway.fixture.ts';
import type { ServicesSource } from '../model/upstream-model.ts';
import type { FoundService } from './found-service.ts';
import { LookupGate } from './lookup-gate.ts';
import { ServiceFinder } from './service-finder.ts';
import { registry, services } from './services.fixture.ts';

const INSTANCE: ServiceInstance = { id: 'i', host: '10.0.0.1', port: 80 };
const named = (service: string) => ({ service, key: service.toLowerCase() });

/** A finder with a registry in which every name that begins with `s` is a service. */
function finding(more: Partial<ServicesSource> = {}, given: Partial<Discovery> = {}, gate?: LookupGate) {
  const world = {
    now: 0,
    asked: [] as string[],
    told: new Map<string, FoundService>(),
    idle: new Map<string, number>(),
    askedIdle: 0,
    hangs: false,
  };
  const resolve: Discovery['resolve'] = async ({ service }) => {
    world.asked.push(service);
    return service.startsWith('s') ? [INSTANCE] : [];
  };
  const desk = registry({
    resolve,
    async *watch(_query, signal) {
      yield [INSTANCE];
      await new Promise((done) => signal.addEventListener('abort', done));
    },
    ...given,
  });
  const finder = new ServiceFinder({
    desk,
    log: SILENT,
    now: () => world.now,
    ...(gate && { gate }),
    audience: {
      setService: (name, found) => void (found === undefined ? world.told.delete(name) : world.told.set(name, found)),
      idleServices: async () => {
        world.askedIdle += 1;
        return world.hangs ? new Promise(() => undefined) : world.idle;
      },
      changed: () => undefined,
    },
  });
  finder.follow([services('any', more)]);
  return {
    world,
    finder,
    find: async (service: string) => (await finder.find('any', named(service))).is,
    async [Symbol.asyncDispose]() {
      await finder[Symbol.asyncDispose]();
      await desk[Symbol.asyncDispose]();
    },
  };
}

test('a service is told to all workers before who asked hears that it was found', async () => {
  await using all = finding();
  expect(await all.find('shop')).toBe('found');
  expect(all.world.told.get('any/shop')).toMatchObject({
    family: 'any',
    named: named('shop'),
    targets: [{ host: '10.0.0.1', port: 80, scheme: 'http' }],
  });
  expect(all.finder.found.map(({ model }) => [model.name, model.targets])).toMatchObject([
    ['any/shop', { kind: 'discovery', use: 'list', service: 'shop' }],
  ]);
});

test('who asks at the same time waits for the same answer', async () => {
  await using all = finding();
  expect(await Promise.all([all.find('shop'), all.find('shop'), all.find('shop')])).toEqual([
    'found',
    'found',
    'found',
  ]);
  expect(await all.find('shop')).toBe('found');
  expect(all.world.asked).toEqual(['shop']);
});

test('a name that nobody has is asked for once in five seconds', async () => {
  await using all = finding();
  for (const _again of [1, 2, 3]) expect(await all.find('nobody')).toBe('unknown');
  expect(all.world.asked).toEqual(['nobody']);
  all.world.now = 4_000;
  expect(await all.finder.find('any', named('nobody'))).toEqual({ is: 'unknown', forMs: 1_000 });
  all.world.now = 5_000;
  await all.find('nobody');
  expect(all.world.asked).toEqual(['nobody', 'nobody']);
  expect(all.world.told.size).toBe(0);
});

test('a spelling that the registry does not know says nothing of another one', async () => {
  await using all = finding();
  expect([await all.find('SHOP'), await all.find('shop'), await all.find('SHOP')]).toEqual([
    'unknown',
    'found',
    // Found already: the registry takes them for the same.
    'found',
  ]);
});

test('names that are made up leave nothing behind, and the registry is asked for so many alone', async () => {
  const gate = new LookupGate({ atOnce: 4, waiting: 4, perSecond: 1, burst: 50, now: () => 0 });
  await using all = finding({}, {}, gate);
  const answers: string[] = [];
  for (let count = 0; count < 200; count += 1) answers.push(await all.find(`nobody-${count}`));
  expect(answers.filter((is) => is === 'unknown')).toHaveLength(50);
  expect(answers.filter((is) => is === 'busy')).toHaveLength(150);
  expect(all.world.asked).toHaveLength(50);
  expect([all.finder.found, all.world.told.size]).toEqual([[], 0]);
});

test('a registry that is down is not asked for every request, and what is followed stays', async () => {
  let isUp = true;
  let asked = 0;
  const resolve = async () => {
    asked += 1;
    if (!isUp) throw new Error('no answer');
    return [INSTANCE];
  };
  await using all = finding({}, { resolve });
  await all.find('shop');
  isUp = false;
  expect([await all.find('sales'), await all.find('sales'), asked]).toEqual(['unreachable', 'unreachable', 2]);
  expect(await all.find('shop')).toBe('found');
  isUp = true;
  all.world.now = 1_000;
  expect(await all.find('sales')).toBe('found');
});

test('a registry that hangs keeps nobody waiting long who asks for something else', async () => {
  const gate = new LookupGate({ atOnce: 1, waiting: 10, perSecond: 100, burst: 100 });
  await using all = finding({}, { resolve: () => new Promise(() => undefined) }, gate);
  const hanging = all.find('s1');
  expect(await all.find('s2')).toBe('busy');
  expect(await hanging).toBe('unreachable');
}, 15_000);

test('of more services than may be, the one that nobody has asked for longest makes room', async () => {
  await using all = finding({ most: 2 });
  await all.find('s1');
  await all.find('s2');
  all.world.idle = new Map([
    ['any/s1', 61_000],
    ['any/s2', 90_000],
  ]);
  expect(await all.find('s3')).toBe('found');
  expect([...all.world.told.keys()]).toEqual(['any/s1', 'any/s3']);
});

test('services that are in use make no room, and the workers are asked once for many that want it', async () => {
  await using all = finding({ most: 2 });
  await all.find('s1');
  await all.find('s2');
  all.world.idle = new Map([
    ['any/s1', 10],
    ['any/s2', 20],
  ]);
  for (let count = 3; count < 20; count += 1) expect(await all.find(`s${count}`)).toBe('full');
  expect([all.world.askedIdle, [...all.world.told.keys()]]).toEqual([1, ['any/s1', 'any/s2']]);
  all.world.now = 1_000;
  all.world.idle.set('any/s1', 60_000);
  expect(await all.find('s20')).toBe('found');
});

test('a service without instances makes room first, though it is in use', async () => {
  const gone = Promise.withResolvers<void>();
  await using all = finding(
    { most: 2 },
    {
      async *watch({ service }, signal) {
        if (service === 's2') {
          await gone.promise;
          yield [];
        } else yield [INSTANCE];
        await new Promise((done) => signal.addEventListener('abort', done));
      },
    },
  );
  await all.find('s1');
  await all.find('s2');
  gone.resolve();
  await expect.poll(() => all.world.told.get('any/s2')?.targets).toEqual([]);
  all.world.idle = new Map([
    ['any/s1', 90_000],
    ['any/s2', 0],
  ]);
  expect(await all.find('s3')).toBe('found');
  expect([...all.world.told.keys()]).toEqual(['any/s1', 'any/s3']);
});

test('what nobody asks for is let go', async () => {
  await using all = finding({ idleMs: 1_000 });
  await all.find('s1');
  await all.find('s2');
  all.world.now = 1_000;
  all.world.idle = new Map([['any/s1', 999]]);
  await all.finder.sweep();
  expect([...all.world.told.keys()]).toEqual(['any/s1']);
  expect(all.finder.state().map(({ service }) => service)).toEqual(['s1']);
});

test('while a worker does not answer, nothing that it may need is let go', async () => {
  await using all = finding({ most: 1, idleMs: 1_000 });
  await all.find('s1');
  all.world.now = 100_000;
  all.world.hangs = true;
  await all.finder.sweep();
  expect(await all.find('s2')).toBe('full');
  expect([...all.world.told.keys()]).toEqual(['any/s1']);
});

test('what was looked for when a reload came is found with the configuration that came', async () => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<readonly ServiceInstance[]>();
  const resolve = () => {
    asked.resolve();
    return answer.promise;
  };
  await using all = finding({}, { resolve });
  const [same, other] = [all.find('s1'), all.find('s2')];
  await asked.promise;
  all.finder.follow([services('any', { most: 1 })]);
  answer.resolve([INSTANCE]);
  expect([await same, await other]).toEqual(['found', 'full']);
});

test('a reload keeps services of a source that stays, and forgets others and those that may not be called any more', async () => {
  await using all = finding();
  for (const name of ['s1', 's2']) await all.find(name);
  await all.find('nobody');
  all.finder.follow([services('any', { most: 7, except: ['s2'] })]);
  expect([...all.world.told.keys()]).toEqual(['any/s1']);
  await all.find('nobody');
  expect(all.world.asked).toEqual(['s1', 's2', 'nobody', 'nobody']);
  all.finder.follow([services('any', { config: { site: 'elsewhere' } })]);
  expect([...all.world.told.keys()]).toEqual([]);
  all.finder.follow([]);
  expect(await all.find('s1')).toBe('busy');
});
