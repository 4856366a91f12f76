import { expect, test } from 'vitest';
import { fraction, seededUuid } from './deterministic-random.ts';

test('uuids have the form of version 4, depend on the seed alone and do not repeat', () => {
  const uuids = Array.from({ length: 20_000 }, (_, index) =>
    seededUuid(`run-${index % 100}/${Math.floor(index / 100)}`),
  );
  expect(new Set(uuids).size).toBe(uuids.length);
  for (const uuid of uuids.slice(0, 500)) {
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
  expect(seededUuid('run-1/0')).toBe(uuids[1]);
});

test('fractions spread evenly', () => {
  const tenths = new Array(10).fill(0);
  for (let index = 0; index < 10_000; index++) tenths[Math.floor(fraction(`s${index}`) * 10)]++;
  for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(150);
});
