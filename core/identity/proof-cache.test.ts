import { expect, test } from 'vitest';
import { createProofCache, type Proved } from './proof-cache.ts';

const proved = (until = 1e15): Proved<string> => ({ value: 'ada', about: ['user:1', 'session:1'], until });

async function filled(hears = () => true, now = () => 0) {
  const cache = createProofCache<string>(hears, now);
  await cache.load('token', async () => proved());
  return cache;
}

test('what was found is remembered for a minute', async () => {
  let time = 0;
  const cache = await filled(undefined, () => time);
  time = 59_999;
  expect(cache.get('token')).toBe('ada');
  time = 60_000;
  expect(cache.get('token')).toBeUndefined();
});

test('a change of what it stands on is felt at once', async () => {
  const cache = await filled();
  cache.forget('session:1');
  expect(cache.get('token')).toBeUndefined();
});

test('a change of others is not', async () => {
  const cache = await filled();
  cache.forget('session:2');
  expect(cache.get('token')).toBe('ada');
});

test('nothing that is remembered counts while changes are not heard of', async () => {
  let hears = true;
  const cache = await filled(() => hears);
  hears = false;
  expect(cache.get('token')).toBeUndefined();
});

test('what changed while it was looked up is not remembered', async () => {
  const cache = createProofCache<string>(() => true);
  await cache.load('token', async () => {
    cache.forget('session:1');
    return proved();
  });
  expect(cache.get('token')).toBeUndefined();
});

test('what has expired proves nothing', async () => {
  expect(await createProofCache<string>(() => true).load('token', async () => proved(1))).toBeUndefined();
});
