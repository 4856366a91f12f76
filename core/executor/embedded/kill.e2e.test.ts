import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { preparedFolder } from '../../storage/test-database.fixture.ts';
import { countingUpstream, StepWatch } from './counting-upstream.fixture.ts';

const STEPS = 4;
const SCRIPT = fileURLToPath(new URL('kill-host.fixture.ts', import.meta.url));

/** Starts a host; what it prints is handed on as it comes. */
function startHost(given: readonly string[], onLine: (line: Record<string, unknown>) => void) {
  const child = spawn(process.execPath, [SCRIPT, ...given], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ready = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as Record<string, unknown>;
      if (typeof line['ready'] === 'string') resolve(line['ready']);
      else onLine(line);
    });
  });
  return { child, ready, ended: once(child, 'close') };
}

test.each([
  ['a thousand runs', 'small', 1_000, 120],
  ['runs with large values, snapshots and sleep', 'large', 160, 40],
])('over %s and many a kill -9, every acknowledged run completes and no journaled step runs again', async (_, load, runs, pace) => {
  await using folder = await preparedFolder();
  await using upstream = await countingUpstream();
  const acknowledged: string[] = [];
  const watch = new StepWatch(upstream.calls);
  let results: Record<string, string> = {};
  const onLine = (line: Record<string, unknown>) => {
    if (typeof line['acknowledged'] === 'string') acknowledged.push(line['acknowledged']);
    if (line['results'] !== undefined) results = line['results'] as Record<string, string>;
  };

  let kills = 0;
  for (; acknowledged.length < runs; kills++) {
    const host = startHost([folder.path, upstream.url, String(runs), load], onLine);
    const url = await host.ready;
    await afterSome(host.child, () => acknowledged.length, Math.ceil(Math.random() * pace));
    host.child.kill('SIGKILL');
    await host.ended;
    await watch.look(url);
  }

  const last = startHost([folder.path, upstream.url, '0', load], onLine);
  await last.ready;
  last.child.stdin.end(`${JSON.stringify(acknowledged)}\n`);
  await last.ended;

  expect(kills).toBeGreaterThan(5);
  expect(Object.keys(results)).toHaveLength(acknowledged.length);
  expect(new Set(Object.values(results))).toEqual(new Set([`completed ${STEPS}`]));
  expect(watch.done.size).toBeGreaterThan(runs);
  expect(watch.calledAgain).toEqual([]);
  const keys = watch.keys();
  expect([...keys.values()].filter(({ size }) => size !== 1)).toEqual([]);
  for (const runId of acknowledged) for (let i = 1; i <= STEPS; i++) expect(keys.has(`${runId}/s${i}`)).toBe(true);
});

/** Resolves once `count` has grown by so much, or the child has nothing more to do. */
function afterSome(child: ChildProcess, count: () => number, growth: number): Promise<void> {
  const target = count() + growth;
  return new Promise((resolve) => {
    const look = () => {
      if (count() >= target) resolve();
    };
    child.stdout!.on('data', () => setImmediate(look));
  });
}
