import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../script-limits.ts';
import { Job } from './job.ts';
import { TenantQueue } from './tenant-queue.ts';

let lastId = 0;
function job(tenant: string): Job {
  return new Job(
    { id: ++lastId, tenant, language: 'javascript', source: '', inputs: '{}', wallMs: 1, memoryMb: 16, outputBytes: 1 },
    DEFAULT_LIMITS,
  );
}

test('tenants take turns, each in its own order', () => {
  const queue = new TenantQueue();
  const [a1, a2, a3, b1] = [job('a'), job('a'), job('a'), job('b')];
  for (const each of [a1, a2, a3, b1]) queue.push(each);
  expect([queue.take(), queue.take(), queue.take(), queue.take(), queue.take()]).toEqual([a1, b1, a2, a3, undefined]);
});

test('what is put back comes first again, in its order', () => {
  const queue = new TenantQueue();
  const [a1, b1, a2, c1] = [job('a'), job('b'), job('a'), job('c')];
  queue.push(c1);
  queue.putBack([a1, b1, a2]);
  expect([queue.take(), queue.take(), queue.take(), queue.take()]).toEqual([a1, b1, c1, a2]);
  expect(queue.size).toBe(0);
});

test('a job can be taken out of the middle', () => {
  const queue = new TenantQueue();
  const [a1, a2] = [job('a'), job('a')];
  queue.push(a1);
  queue.push(a2);
  expect(queue.remove(a1)).toBe(true);
  expect(queue.remove(a1)).toBe(false);
  expect(queue.takeAll()).toEqual([a2]);
});
