import { expect, test } from 'vitest';
import { coalesced } from './coalesced.ts';

test('a burst of requests is one run and, for what came while it ran, one more', async () => {
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let runs = 0;
  const soon = coalesced(async () => gates[runs++]!.promise);
  for (let call = 0; call < 20; call += 1) soon.ask('acme');
  expect(runs).toBe(1);
  gates[0]!.resolve();
  await expect.poll(() => runs).toBe(2);
  gates[1]!.resolve();
  await soon.settled();
  expect(runs).toBe(2);
});

test('one that is busy does not keep another waiting', () => {
  const asked: string[] = [];
  const soon = coalesced(async (key) => {
    asked.push(key);
    await new Promise(() => {});
  });
  soon.ask('acme');
  soon.ask('other');
  expect(asked).toEqual(['acme', 'other']);
});
