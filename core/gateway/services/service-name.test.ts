import { expect, test } from 'vitest';
import type { ServicesSource } from '../model/upstream-model.ts';
import { serviceNamer } from './service-name.ts';
import { services } from './services.fixture.ts';

const named = (service: string, more: Partial<ServicesSource> = {}) =>
  serviceNamer(services('any', more).targets as ServicesSource)({ service });

test.each(['orders', 'orders-v2', 'Orders_7', 'a', 'a.b', '_http'])('%s is a name', (text) => {
  expect(named(text)?.service).toBe(text);
});

test.each([
  '',
  '.',
  '..',
  'a..b',
  '.a',
  'a.',
  'a/b',
  'a b',
  'a%2fb',
  'a\0',
  'ä',
  'a?b',
  'a#',
  '-',
  'x'.repeat(129),
])('%j is none', (text) => {
  expect(named(text)).toBeUndefined();
});

test('a name is made of several parameters and what stands around them', () => {
  const nameOf = serviceNamer(services('any', { service: '{team}-api.{zone}' }).targets as ServicesSource);
  expect(nameOf({ team: 'shop', zone: 'eu' })).toEqual({ service: 'shop-api.eu', key: 'shop-api.eu' });
  expect(nameOf({ team: 'shop' })).toBeUndefined();
});

test('what stands before the first dot is part of the name, dropped, or the namespace', () => {
  expect(named('a.b.c')).toEqual({ service: 'a.b.c', key: 'a.b.c' });
  expect(named('a.b.c', { beforeDot: 'nothing' })).toEqual({ service: 'b.c', key: 'b.c' });
  const inSpaces = { beforeDot: 'namespace', namespace: 'home' } as const;
  expect(named('a.b', inSpaces)).toEqual({ service: 'b', namespace: 'a', key: 'a.b' });
  expect(named('b', inSpaces)).toEqual({ service: 'b', namespace: 'home', key: 'home.b' });
});

test('where the registry takes spellings for the same, they count as one', () => {
  expect([named('Orders', { use: 'consul' })!.key, named('Orders', { use: 'file' })!.key]).toEqual([
    'orders',
    'Orders',
  ]);
});

test('what Kubernetes would refuse as a name is none', () => {
  const asked = (text: string) => named(text, { use: 'kubernetes', beforeDot: 'namespace', namespace: 'home' });
  expect(['orders', 'shop.orders-2'].map((text) => asked(text)?.key)).toEqual(['home.orders', 'shop.orders-2']);
  for (const text of ['Orders', 'a_b', 'a.b.c', 'x'.repeat(64), 'A.orders']) expect(asked(text)).toBeUndefined();
});

test('only what is allowed may be named; what is forbidden may not, in no spelling', () => {
  const rules = { only: ['shop-*', 'users'], except: ['shop-admin', '*.secret'] };
  const may = (text: string, more: Partial<ServicesSource> = {}) => named(text, { ...rules, ...more }) !== undefined;
  expect(['shop-a', 'users', 'shop', 'other', 'users2', 'Users'].map((text) => may(text))).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
  expect(['shop-admin', 'SHOP-admin', 'shop-x.secret'].map((text) => may(text, { use: 'consul' }))).toEqual([
    false,
    false,
    false,
  ]);
  expect(may('x.shop-admin', { beforeDot: 'nothing' })).toBe(false);
});

test('a name that is allowed in the namespace of all is not allowed in another one', () => {
  const inSpaces = { beforeDot: 'namespace', namespace: 'home', only: ['orders', 'lab.*'] } as const;
  const may = (text: string, except: string[] = []) => named(text, { ...inSpaces, except }) !== undefined;
  expect(['orders', 'home.orders', 'other.orders', 'lab.x'].map((text) => may(text))).toEqual([
    true,
    true,
    false,
    true,
  ]);
  expect([may('orders', ['home.orders']), may('lab.orders', ['home.orders'])]).toEqual([false, true]);
});
