import { expect, test } from 'vitest';
import { HostHome, type HostProcess } from './host-process.fixture.ts';

const EVERY_SECOND = `title: Every second
triggers: [{type: schedule, ref: tick, every: 1s, overlap: allow, catch_up: all}]
actions: [{ref: a, action: core.transform.reshape, args: {value: "\${{ ENV.workflow.time_anchor }}"}}]
returns: \${{ ACTIONS.a.result }}
`;

/** The times for which the workflow has run, each as often as it did. */
async function times(host: HostProcess): Promise<number[]> {
  const found: number[] = [];
  for (let cursor = ''; ; ) {
    const { body } = await host.api('GET', `/workflows/tick/runs?limit=200${cursor}`);
    for (const { runId } of body.items) {
      const { body: run } = await host.api('GET', `/runs/${runId}`);
      if (run.status === 'completed') found.push(Date.parse(run.result));
    }
    if (body.nextCursor === undefined) return found.sort((a, b) => a - b);
    cursor = `&cursor=${encodeURIComponent(body.nextCursor)}`;
  }
}

test('a host that is killed again and again runs each occurrence of a schedule exactly once', async () => {
  await using home = new HostHome();
  let host = await home.start();
  await host.store('tick', EVERY_SECOND);
  const schedule = async () => (await host.api('GET', '/schedules?workflow=tick')).body.items[0];
  for (const fired of [2, 5, 9]) {
    await expect.poll(async () => (await schedule()).counts.fired, { timeout: 30_000 }).toBeGreaterThanOrEqual(fired);
    await host.stop('SIGKILL');
    host = await home.start();
  }
  await expect.poll(async () => (await schedule()).counts.fired, { timeout: 30_000 }).toBeGreaterThan(14);
  await host.api('POST', `/schedules/${(await schedule()).id}/pause`, {});
  const isConsecutive = (all: readonly number[]) => all.every((at, index) => at === all[0]! + index * 1_000);
  const ended = async () => (await host.api('GET', '/runs?status=running&limit=1')).body.items.length === 0;
  await expect.poll(ended, { timeout: 10_000 }).toBe(true);
  const all = await times(host);
  // A second run of an occurrence would stand here twice, one that was lost would leave a gap.
  expect({ all, consecutive: isConsecutive(all) }).toEqual({ all, consecutive: true });
  await expect.poll(async () => (await schedule()).counts.fired, { timeout: 10_000 }).toBe(all.length);
  expect((await schedule()).counts).toEqual({ fired: all.length, skipped: 0, missed: 0, failed: 0 });
}, 120_000);
