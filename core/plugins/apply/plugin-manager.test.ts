import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeWorld } from './fake-world.fixture.ts';

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

const by = { by: 'ada' };
const network = { capabilities: { network: { why: 'calls Acme' } } };
const ACME = 'plugins: { acme: { use: "npm:acme" } }';
const kinds = (changes: readonly { readonly id: string; readonly kind: string }[]) =>
  changes.map(({ id, kind }) => `${kind} ${id}`);

test('what plugins.yaml names runs, and the lock says exactly what', async () => {
  const host = await world.publish('acme', '1.0.0').config(ACME).start();
  expect(await world.call('tools.acme.act')).toBe('1.0.0');
  expect(host.lock()).toMatchObject({
    serial: 1,
    plugins: { acme: { current: '1.0.0', versions: [{ use: 'npm:acme', integrity: 'sha512-acme-1.0.0' }] } },
  });
  expect((await host.plan()).changes).toEqual([]);
});

test('a newer version does not come by itself: the lock holds until somebody asks', async () => {
  await world.publish('acme', '1.0.0').config(ACME).start();
  world.publish('acme', '1.1.0');
  const host = await world.restart();
  expect(await world.call('tools.acme.act')).toBe('1.0.0');
  expect((await host.plan({ upgrade: ['acme'] })).changes).toMatchObject([
    { kind: 'upgrade', from: '1.0.0', to: '1.1.0' },
  ]);
  expect(await host.apply({ ...by, upgrade: ['acme'] })).toMatchObject([{ kind: 'upgrade', outcome: 'done' }]);
  expect(await world.call('tools.acme.act')).toBe('1.1.0');
});

test('who asks for a change that the host made by itself just before is told what became of it, once', async () => {
  const host = await world.publish('acme', '1.0.0').config('plugins: {}').start();
  world.config(ACME);
  await host.apply({ by: 'config/plugins.yaml' });
  const asked = { ...by, only: ['acme'] };
  expect(await host.apply(asked)).toMatchObject([{ id: 'acme', kind: 'add', outcome: 'done' }]);
  expect(await host.apply(asked)).toEqual([]);
});

test('adding, exchanging and removing happen in a running host, each as planned', async () => {
  const host = await world
    .publish('acme', '1.0.0')
    .publish('acme', '2.0.0')
    .publish('beta', '1.0.0')
    .config('plugins: {}')
    .start();
  const steps: [string, string[]][] = [
    ['plugins: { acme: { use: "npm:acme@1.0.0" } }', ['add acme']],
    ['plugins: { acme: { use: "npm:acme@2.0.0" }, beta: { use: "npm:beta" } }', ['upgrade acme', 'add beta']],
    ['plugins: { acme: { use: "npm:acme@1.0.0" }, beta: { use: "npm:beta" } }', ['downgrade acme']],
    ['plugins: { acme: { use: "npm:acme@1.0.0" } }', ['remove beta']],
    ['plugins: {}', ['remove acme']],
  ];
  for (const [yaml, planned] of steps) {
    world.config(yaml);
    expect(kinds((await host.plan()).changes)).toEqual(planned);
    for (const { outcome } of await host.apply(by)) expect(outcome).toBe('done');
    expect((await host.plan()).changes).toEqual([]);
  }
  expect(world.registry.list()).toEqual([]);
});

test('a disabled plugin takes no calls and comes back with the version it had', async () => {
  const host = await world.publish('acme', '1.0.0').config(ACME).start();
  world.config('plugins: { acme: { use: "npm:acme", enabled: false } }');
  expect(kinds(await host.apply(by))).toEqual(['disable acme']);
  expect(world.record('acme')?.state).toBe('disabled');
  await expect(world.call('tools.acme.act')).rejects.toThrow();
  world.publish('acme', '9.0.0').config(ACME);
  expect(await host.apply(by)).toMatchObject([{ kind: 'enable', outcome: 'done' }]);
  expect(await world.call('tools.acme.act')).toBe('1.0.0');
});

test.each([
  ['cannot be loaded', { loadFails: 'no luck' }, 'PLUGIN_LOAD_FAILED'],
  [
    'does not start',
    {
      start: () => {
        throw new Error('no start');
      },
    },
    'PLUGIN_START_FAILED',
  ],
  ['shows no sign of life', { sick: 'silence' }, 'PLUGIN_UNHEALTHY'],
  ['contributes what another has', { actions: ['tools.beta.act'] }, 'ACTION_DUPLICATE'],
])('when the next version %s the one before goes on serving', async (_, what, code) => {
  world
    .publish('acme', '1.0.0')
    .publish('beta', '1.0.0')
    .config('plugins: { acme: { use: "npm:acme" }, beta: { use: "npm:beta" } }');
  const host = await world.start();
  const before = readFileSync(world.lockFile, 'utf8');
  world.publish('acme', '2.0.0', what);
  expect(await host.apply({ ...by, upgrade: ['acme'] })).toMatchObject([{ outcome: 'kept', error: { code } }]);
  expect(await world.call('tools.acme.act')).toBe('1.0.0');
  expect(world.record('acme')).toMatchObject({
    state: 'active',
    version: '1.0.0',
    pending: { version: '2.0.0', error: { code } },
  });
  expect(host.explain('acme').text).toContain('Wanted: upgrade to 2.0.0');
  expect(readFileSync(world.lockFile, 'utf8')).toBe(before);
});

test('a call that runs finishes on the version it began with, and new ones go to the next', async () => {
  const gate = Promise.withResolvers<string>();
  world.publish('acme', '1.0.0', { run: () => gate.promise }).config(ACME);
  const host = await world.start();
  const running = world.call('tools.acme.act');
  const held = world.registry.get('tools.acme.act')!;
  await expect.poll(() => world.record('acme')?.calls).toBe(1);
  world.publish('acme', '2.0.0');
  await host.apply({ ...by, upgrade: ['acme'] });
  expect(await world.call('tools.acme.act')).toBe('2.0.0');
  gate.resolve('from the old one');
  expect(await running).toBe('from the old one');
  expect(held.info.origin).toBe('acme@1.0.0');
});

test('who holds an action whose plugin has stopped meanwhile is answered by the one in its place', async () => {
  const host = await world.publish('acme', '1.0.0').config(ACME).start();
  const held = world.registry.get('tools.acme.act')!;
  world.publish('acme', '2.0.0').config('plugins: { acme: { use: "npm:acme@2.0.0" } }');
  await host.apply(by);
  await host.prune(by);
  await expect.poll(() => world.events.some(({ version, to }) => version === '1.0.0' && to === 'stopped')).toBe(true);
  const invocation = { args: {}, run: {}, signal: new AbortController().signal, log: {} } as never;
  expect(await held.run(invocation)).toBe('2.0.0');
  await host.apply(by);
  world.config('plugins: {}');
  await host.apply(by);
  await expect.poll(() => held.run(invocation).catch((error) => error.code)).toBe('PLUGIN_STOPPED');
});

test('what a plugin asks for waits for a person, whose approval is pinned to exactly that', async () => {
  const host = await world.publish('acme', '1.0.0', network).config(ACME).start();
  expect(world.record('acme')).toMatchObject({ state: 'awaiting-approval', error: { code: 'PLUGIN_APPROVAL_NEEDED' } });
  expect(world.loads).toEqual([]);
  const [change] = (await host.plan()).changes;
  expect(change?.capabilities?.asked).toEqual(['network *: calls Acme']);
  await expect(host.approve('acme', { ...by, digest: 'sha256-other' })).rejects.toMatchObject({
    code: 'PLUGIN_APPROVAL_STALE',
  });
  expect(await host.approve('acme', { ...by, digest: change!.capabilities!.digest })).toMatchObject({
    outcome: 'done',
  });
  expect(await world.call('tools.acme.act')).toBe('1.0.0');
  expect(host.lock().plugins['acme']?.versions[0]?.capabilities).toMatchObject({
    approvedBy: 'ada',
    approvedAt: expect.any(String),
  });
  await expect(host.approve('acme', by)).rejects.toMatchObject({ code: 'PLUGIN_NOT_WAITING' });
  await world.restart();
  expect(world.record('acme')?.state).toBe('active');
});

test('a wider version waits while the narrower one serves; one that asks for the same needs nobody', async () => {
  const host = await world.publish('acme', '1.0.0', network).config(ACME).start();
  await host.approve('acme', by);
  world.publish('acme', '1.1.0', network);
  expect(await host.apply({ ...by, upgrade: ['acme'] })).toMatchObject([
    { outcome: 'done', capabilities: { change: 'same' } },
  ]);
  world.publish('acme', '2.0.0', { capabilities: { ...network.capabilities, secrets: { why: 'keys' } } });
  expect(await host.apply({ ...by, upgrade: ['acme'] })).toMatchObject([
    { outcome: 'waiting', capabilities: { change: 'wider' } },
  ]);
  expect(await world.call('tools.acme.act')).toBe('1.1.0');
});

test('grants narrow what an approval is needed for', async () => {
  world.publish('acme', '1.0.0', network).config('plugins: { acme: { use: "npm:acme", grants: { network: false } } }');
  await world.start();
  expect(world.record('acme')?.state).toBe('active');
});

test('rolling back brings the version before, and it stays after a restart', async () => {
  const host = await world.publish('acme', '1.0.0').config(ACME).start();
  await expect(host.rollback('acme', by)).rejects.toMatchObject({ code: 'PLUGIN_NO_PREVIOUS' });
  world.publish('acme', '2.0.0');
  await host.apply({ ...by, upgrade: ['acme'] });
  expect(await host.rollback('acme', by)).toMatchObject({ kind: 'downgrade', outcome: 'done' });
  expect(await world.call('tools.acme.act')).toBe('1.0.0');
  await world.restart();
  expect(await world.call('tools.acme.act')).toBe('1.0.0');
});

test('a version that a workflow pins stays beside the current one, also after a restart, until nothing needs it', async () => {
  const host = await world.publish('acme', '1.0.0').config(ACME).start();
  world.publish('acme', '2.0.0');
  world.needs.pins.set('acme@1.0.0', ['nightly']);
  await host.apply({ ...by, upgrade: ['acme'] });
  expect(await world.call('tools.acme.act', 'acme@1.0.0')).toBe('1.0.0');
  expect(await world.call('tools.acme.act')).toBe('2.0.0');
  const again = await world.restart();
  await expect.poll(() => world.record('acme')?.older).toEqual(['1.0.0']);
  expect(await world.call('tools.acme.act', 'acme@1.0.0')).toBe('1.0.0');
  expect(await again.prune(by)).toEqual({
    removed: [],
    kept: [{ id: 'acme', version: '1.0.0', why: 'pinned by nightly' }],
  });
  world.needs.pins.clear();
  expect((await again.prune(by)).removed).toEqual(['acme@1.0.0']);
  expect(world.registry.get('tools.acme.act', 'acme@1.0.0')).toBeUndefined();
});

test('the plan names the workflows that use what changes', async () => {
  const host = await world.publish('acme', '1.0.0').config(ACME).start();
  world.needs.using.set('tools.acme.act', ['nightly']);
  world.config('plugins: {}');
  expect((await host.plan()).changes).toMatchObject([{ kind: 'remove', workflows: ['nightly'] }]);
});

test('a lost plugin is started again; when it ends too often it is in quarantine and the version before is offered', async () => {
  const host = await world.publish('acme', '1.0.0').config(ACME).start();
  world.publish('acme', '2.0.0');
  await host.apply({ ...by, upgrade: ['acme'] });
  for (const loads of [3, 4]) {
    world.crash.get('acme@2.0.0')!('it ended');
    await expect.poll(() => [world.loads.length, world.record('acme')?.state]).toEqual([loads, 'active']);
    expect(await world.call('tools.acme.act')).toBe('2.0.0');
  }
  world.crash.get('acme@2.0.0')!('it ended again');
  await expect.poll(() => world.record('acme')?.state).toBe('quarantined');
  await expect(world.call('tools.acme.act')).rejects.toMatchObject({ code: 'PLUGIN_QUARANTINED' });
  expect(host.explain('acme').text).toContain('Before it: 1.0.0');
  expect(await host.rollback('acme', by)).toMatchObject({ outcome: 'done' });
  expect(await world.call('tools.acme.act')).toBe('1.0.0');
});

test('a plugin that misses one it requires is degraded until that one is there; others never notice', async () => {
  world
    .publish('base', '1.0.0')
    .publish('acme', '1.0.0', { requires: { base: '^1' } })
    .publish('other', '1.0.0');
  const rest = 'acme: { use: "npm:acme" }, other: { use: "npm:other" }';
  const host = await world.config(`plugins: { ${rest} }`).start();
  expect(world.record('acme')).toMatchObject({ state: 'degraded', error: { code: 'PLUGIN_REQUIRES_MISSING' } });
  expect(world.record('other')?.state).toBe('active');
  world.config(`plugins: { base: { use: "npm:base" }, ${rest} }`);
  await host.apply(by);
  expect(world.record('acme')?.state).toBe('active');
});

test('plugins that require each other in a circle fail with the whole path, the rest runs', async () => {
  world
    .publish('a', '1.0.0', { requires: { b: '^1' } })
    .publish('b', '1.0.0', { requires: { a: '^1' } })
    .publish('c', '1.0.0');
  await world.config('plugins: { a: { use: "npm:a" }, b: { use: "npm:b" }, c: { use: "npm:c" } }').start();
  expect(world.record('a')).toMatchObject({
    state: 'failed',
    error: { code: 'PLUGIN_REQUIRES_CYCLE', message: expect.stringContaining('a → b → a') },
  });
  expect(world.record('c')?.state).toBe('active');
});

test('an invalid configuration changes nothing', async () => {
  const host = await world.publish('acme', '1.0.0').config(ACME).start();
  world.config('plugins: { acme: { uze: 1 } }');
  await expect(host.apply(by)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  expect(await world.call('tools.acme.act')).toBe('1.0.0');
});

test('changed settings start the plugin anew with them; unchanged ones leave it alone', async () => {
  world.publish('acme', '1.0.0', { start: () => undefined });
  const settings = (retries: number) =>
    `plugins: { acme: { use: "npm:acme", grants: {}, config: { retries: ${retries} } } }`;
  const schema = { config: { type: 'object' } };
  const host = await world.describe(schema).config(settings(1)).start();
  world.config(settings(2));
  expect(await host.apply(by)).toMatchObject([{ kind: 'reconfigure', outcome: 'done' }]);
  world.config(`# a comment\n${settings(2)}`);
  expect((await host.plan()).changes).toEqual([]);
  expect(world.loads).toHaveLength(2);
});

test('a host does not start on a lock that cannot be read', async () => {
  writeFileSync(world.lockFile, '{');
  await expect(world.publish('acme', '1.0.0').config(ACME).start()).rejects.toMatchObject({
    code: 'PLUGIN_LOCK_INVALID',
  });
});

test('with `apply: manual` nothing unlocked runs by itself', async () => {
  world.publish('acme', '1.0.0').config(`apply: manual\n${ACME}`);
  const host = await world.start();
  expect(world.record('acme')).toMatchObject({ state: 'failed', error: { code: 'PLUGIN_LOCK_MISMATCH' } });
  expect(await host.apply(by)).toMatchObject([{ kind: 'add', outcome: 'done' }]);
  expect(world.record('acme')?.state).toBe('active');
  await world.restart();
  expect(world.record('acme')?.state).toBe('active');
});

test('a lock that cannot be written leaves the version before serving', async () => {
  const host = await world.publish('acme', '1.0.0').config(ACME).start();
  world.publish('acme', '2.0.0');
  const write = world.lock.replace;
  (world.lock as { replace: unknown }).replace = () => {
    throw Object.assign(new Error('disk full'));
  };
  expect(await host.apply({ ...by, upgrade: ['acme'] })).toMatchObject([{ outcome: 'kept' }]);
  expect(await world.call('tools.acme.act')).toBe('1.0.0');
  (world.lock as { replace: unknown }).replace = write;
  expect(await host.apply({ ...by, upgrade: ['acme'] })).toMatchObject([{ outcome: 'done' }]);
});

test('a host follows the newer lock of another one', async () => {
  const host = await world
    .publish('acme', '1.0.0')
    .publish('acme', '2.0.0')
    .config('plugins: { acme: { use: "npm:acme@1.0.0" } }')
    .start();
  await using other = new FakeWorld();
  const theirs = await other
    .publish('acme', '1.0.0')
    .publish('acme', '2.0.0')
    .config('plugins: { acme: { use: "npm:acme@1.0.0" } }')
    .start();
  other.config('plugins: { acme: { use: "npm:acme@2.0.0" } }');
  await theirs.apply(by);
  world.shared = { newer: async (than) => (than < 2 ? theirs.lock() : undefined), exchange: async () => false };
  expect(await host.catchUp()).toMatchObject([{ id: 'acme', to: '2.0.0', outcome: 'done' }]);
  expect(await world.call('tools.acme.act')).toBe('2.0.0');
  expect(host.lock()).toEqual(theirs.lock());
  expect(await host.catchUp()).toEqual([]);
});

test('who loses a race for the lock changes nothing and is told so', async () => {
  const host = await world.publish('acme', '1.0.0').config(ACME).start();
  world.publish('acme', '2.0.0');
  const before = host.lock();
  world.shared = { newer: async () => undefined, exchange: async () => false };
  await expect(host.apply({ ...by, upgrade: ['acme'] })).rejects.toMatchObject({ code: 'PLUGIN_LOCK_CONFLICT' });
  expect(await world.call('tools.acme.act')).toBe('1.0.0');
  expect(world.record('acme')).not.toHaveProperty('pending');
  expect(host.lock()).toEqual(before);
});

test('a plan is not applied to a lock that has changed since', async () => {
  const host = await world.publish('acme', '1.0.0').config(ACME).start();
  const { serial } = await host.plan();
  world.publish('acme', '2.0.0');
  await host.apply({ ...by, upgrade: ['acme'] });
  await expect(host.apply({ ...by, serial })).rejects.toMatchObject({ code: 'PLUGIN_LOCK_CONFLICT' });
});

test('every step is told: states by the host, deeds with who did them', async () => {
  const host = await world.publish('acme', '1.0.0', network).config(ACME).start();
  await host.approve('acme', by);
  const told = world.events
    .filter(({ plugin }) => plugin === 'acme')
    .map(({ to, action, by: who }) => to ?? `${action} by ${who}`);
  expect(told).toEqual([
    'resolved',
    'awaiting-approval',
    'approve by ada',
    'add by ada',
    'resolved',
    'verified',
    'loaded',
    'active',
  ]);
});

test('many exchanges keep one instance and one set of actions', async () => {
  const host = await world
    .publish('acme', '1.0.0')
    .publish('acme', '2.0.0')
    .config('plugins: { acme: { use: "npm:acme@1.0.0" } }')
    .start();
  for (let round = 0; round < 50; round += 1) {
    world.config(`plugins: { acme: { use: "npm:acme@${(round % 2) + 1}.0.0" } }`);
    await host.apply(by);
    await host.prune(by);
  }
  expect(world.registry.list()).toHaveLength(1);
  expect(world.record('acme')?.older).toBeUndefined();
});
