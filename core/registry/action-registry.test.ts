import { BackplaneError } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { createActionRegistry } from './action-registry.ts';
import { leafAction } from './leaf-action.fixture.ts';

const registryWith = (...actions: Parameters<ReturnType<typeof createActionRegistry>['add']>[0][]) => {
  const registry = createActionRegistry();
  for (const action of actions) registry.add(action);
  return registry;
};

test('an action is found by its name and by its aliases, and listed once', () => {
  const email = leafAction({ name: 'core.send_email_smtp', aliases: ['core.send_email'] });
  const registry = registryWith(leafAction({ name: 'core.z' }), email);
  expect(registry.get('core.send_email')).toBe(email);
  expect(registry.list().map(({ info }) => info.name)).toEqual(['core.send_email_smtp', 'core.z']);
});

test('a name claimed twice is refused with both owners, and nothing of the second is added', () => {
  const registry = registryWith(leafAction({ name: 'a.one', origin: 'first@1' }));
  const second = leafAction({ name: 'a.two', aliases: ['a.one'], origin: 'second@2' });
  expect(() => registry.add(second)).toThrow(
    expect.objectContaining({
      code: 'ACTION_DUPLICATE',
      message: expect.stringMatching(/first@1.*second@2 \(as an alias of a\.two\)/),
    }),
  );
  expect(registry.get('a.two')).toBeUndefined();
});

test('disposing removes an action with its aliases, once', () => {
  const registry = createActionRegistry();
  const registration = registry.add(leafAction({ name: 'a.one', aliases: ['a.uno'] }));
  registration[Symbol.dispose]();
  registry.add(leafAction({ name: 'a.one' }));
  registration[Symbol.dispose]();
  expect(registry.get('a.one')).toBeDefined();
  expect(registry.get('a.uno')).toBeUndefined();
});

test('suggestions find typing mistakes and a wrong beginning', () => {
  const registry = registryWith(leafAction({ name: 'core.http_request' }), leafAction({ name: 'core.http_poll' }));
  expect(registry.suggest('core.http_reqest')).toBe('core.http_request');
  expect(registry.suggest('tools.network.http_request')).toBe('core.http_request');
  expect(registry.suggest('something.else')).toBeUndefined();
});

test('the error is one of ours', () => {
  const registry = registryWith(leafAction({ name: 'a.one' }));
  try {
    registry.add(leafAction({ name: 'a.one' }));
    expect.unreachable();
  } catch (error) {
    expect(BackplaneError.is(error)).toBe(true);
  }
});

test('an exchange is all or nothing: a name that a third one holds leaves everything as it was', () => {
  const [old, other] = [leafAction({ name: 'a.one' }), leafAction({ name: 'a.two' })];
  const registry = registryWith(old, other);
  const wish = [leafAction({ name: 'a.one', origin: 'test@2' }), leafAction({ name: 'a.two', origin: 'test@2' })];
  expect(() => registry.exchange([old], wish)).toThrow(expect.objectContaining({ code: 'ACTION_DUPLICATE' }));
  expect([registry.get('a.one'), registry.get('a.two')]).toEqual([old, other]);
});

test('a version that is kept is found by its origin only, and the current one by both', () => {
  const [v1, v2] = ['1', '2'].map((version) => leafAction({ name: 'a.one', origin: `test@${version}` })) as [
    never,
    never,
  ];
  const registry = registryWith(v1);
  registry.exchange([v1], [v2]);
  expect(registry.get('a.one', 'test@1')).toBeUndefined();
  using _kept = registry.keep([v1]);
  expect(registry.get('a.one', 'test@1')).toBe(v1);
  expect([registry.get('a.one'), registry.get('a.one', 'test@2')]).toEqual([v2, v2]);
});
