import { expect, test, vi } from 'vitest';
import { EndWatch } from './end-watch.ts';

test('any number of waiting callers costs one query at a time, and each hears of its own run alone', async () => {
  const asked: string[][] = [];
  const ended = new Set<string>();
  const watch = new EndWatch(async (runIds) => {
    asked.push([...runIds]);
    return runIds.filter((runId) => ended.has(runId));
  });
  const heard: string[] = [];
  const callers = ['a', 'b', 'b'].map((runId) => watch.untilEnded(runId, undefined).then(() => heard.push(runId)));
  await expect.poll(() => asked.length).toBeGreaterThan(1);
  expect(asked[0]).toEqual(['a', 'b']);
  ended.add('b');
  await expect.poll(() => heard).toEqual(['b', 'b']);
  ended.add('a');
  await Promise.all(callers);
  const after = asked.length;
  await vi.waitFor(() => expect(heard).toHaveLength(3));
  expect(asked.length).toBe(after);
});

test('a caller that goes away, and an engine that stops, end the wait; a store that is away does not', async () => {
  let looks = 0;
  const watch = new EndWatch(() => {
    looks++;
    return Promise.reject(new Error('away'));
  });
  const gone = new AbortController();
  const left = watch.untilEnded('a', gone.signal);
  const stopped = watch.untilEnded('b', undefined);
  const outcomes = Promise.allSettled([left, stopped]);
  await expect.poll(() => looks).toBeGreaterThan(1);
  gone.abort(new Error('gone'));
  watch.close(new Error('stopping'));
  expect(await outcomes).toMatchObject([{ reason: { message: 'gone' } }, { reason: { message: 'stopping' } }]);
  await expect(watch.untilEnded('c', undefined)).rejects.toThrow('stopping');
});
