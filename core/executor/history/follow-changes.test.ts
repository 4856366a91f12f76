import { expect, test } from 'vitest';
import { followChanges } from './follow-changes.ts';
import type { RunChange } from './run-table.ts';

const change = (runId: string, type: RunChange['type'], at: number): RunChange => ({
  type,
  at,
  runId,
  workflow: 'w',
  triggerType: 'api',
  status: type === 'started' ? 'running' : 'completed',
  startedAt: at,
});

test('every start and end is told once, also one that becomes visible after a later one', async () => {
  const stop = new AbortController();
  const visible = [change('old', 'started', 900), change('a', 'started', 10_000)];
  const later = [[change('b', 'started', 9_500)], [change('a', 'ended', 12_000)], []];
  const table = {
    async changes(since: number, limit: number) {
      const page = visible.filter(({ at }) => at >= since).sort((x, y) => x.at - y.at);
      const next = later.shift();
      if (next === undefined) stop.abort();
      else visible.push(...next);
      return page.slice(0, limit);
    },
  };
  const told: string[] = [];
  for await (const { type, runId } of followChanges(table, { since: 1_000, signal: stop.signal, pauseMs: 0 }))
    told.push(`${runId} ${type}`);
  expect(told).toEqual(['a started', 'b started', 'a ended']);
});

test('more changes than one look shows follow with the next', async () => {
  const stop = new AbortController();
  const all = Array.from({ length: 25_000 }, (_, i) => change(`r${i}`, 'started', 1_000 + i));
  const table = {
    changes: async (since: number, limit: number) => all.filter(({ at }) => at >= since).slice(0, limit),
  };
  const told = new Set<string>();
  for await (const { runId } of followChanges(table, { since: 0, signal: stop.signal, pauseMs: 0 })) {
    expect(told.has(runId)).toBe(false);
    told.add(runId);
    if (told.size === all.length) stop.abort();
  }
  expect(told.size).toBe(all.length);
});
