import { expect, test } from 'vitest';
import { chain, request, TestClock, type TestEngineOptions, testEngine } from '../engine.fixture.ts';
import type { Engine } from '../engine.ts';
import type { Journal } from '../journal/journal.ts';
import { createMemoryJournal } from '../journal/memory-journal.ts';
import { workflow } from '../scheduler/run-driver.fixture.ts';

const DAY_S = 86_400;
const step = (ref: string, more: object = {}) => ({ ref, args: { value: ref }, ...more });

/** A step, a day of waiting, and another step. */
const patient = workflow([step('before'), step('after', { after: ['before'], startDelay: DAY_S })], {
  returns: '${{ ACTIONS.before.result + ACTIONS.after.result }}',
});
const parent = workflow(
  [{ ref: 'child', action: 'core.workflow.execute', args: { workflow: 'patient', wait_strategy: 'wait' } }],
  { returns: '${{ ACTIONS.child.result }}' },
);

/** An engine whose time passes when the test says so, with a list of the steps it ran. */
async function open(journal: Journal, clock: TestClock, more: TestEngineOptions = {}) {
  const ran: string[] = [];
  const work: TestEngineOptions['work'] = ({ run, args }) => {
    ran.push(run.step);
    return args['value'];
  };
  const engine = await testEngine(journal, { clock, work, handlers: { patient }, ...more });
  return { engine, ran, [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose]() };
}

const liveRuns = async (engine: Engine) => (await engine.hosts())[0]!.liveRuns;
const sleepers = (journal: Journal) => journal.sleepers(Number.MAX_SAFE_INTEGER, undefined, 100);

/** Lets seconds pass until the runs are asleep. */
async function asleep(engine: Engine, journal: Journal, clock: TestClock, count: number): Promise<void> {
  await expect
    .poll(async () => {
      clock.advance(1_000);
      return [(await sleepers(journal)).length, await liveRuns(engine)];
    })
    .toEqual([count, 0]);
}

/** Lets days pass, a second at a time where it matters, until the run has ended. */
async function ended(journal: Journal, runId: string, clock: TestClock): Promise<void> {
  await expect
    .poll(async () => {
      clock.advance(DAY_S * 1_000);
      return (await journal.run(runId))!.status;
    })
    .not.toBe('running');
}

test('a run that only waits for a far moment leaves the memory, and goes on in time without doing anything again', async () => {
  const [journal, clock] = [createMemoryJournal(), new TestClock()];
  await using host = await open(journal, clock);
  const { runId } = await host.engine.start(request(patient));
  await asleep(host.engine, journal, clock, 1);
  expect(host.ran).toEqual(['before']);
  clock.advance(DAY_S * 1_000 - 120_000);
  expect(await liveRuns(host.engine)).toBe(0);
  await ended(journal, runId, clock);
  expect(await host.engine.result(runId)).toMatchObject({ status: 'completed', result: 'beforeafter' });
  expect(host.ran).toEqual(['before', 'after']);
  expect(await sleepers(journal)).toEqual([]);
});

test('sleeping runs do not count against the limit of open runs', async () => {
  const [journal, clock] = [createMemoryJournal(), new TestClock()];
  await using host = await open(journal, clock, { limits: { maxOpenRuns: 2, shutdownMs: 100 } });
  for (let count = 2; count <= 6; count += 2) {
    await host.engine.start(request(patient));
    await host.engine.start(request(patient));
    await asleep(host.engine, journal, clock, count);
  }
});

test('a run whose next moment is near stays', async () => {
  const [journal, clock] = [createMemoryJournal(), new TestClock()];
  await using host = await open(journal, clock);
  const brief = workflow([step('a'), step('b', { after: ['a'], startDelay: 50 })]);
  const { runId } = await host.engine.start(request(brief));
  await expect.poll(() => host.ran).toEqual(['a']);
  for (let i = 0; i < 10; i++) {
    clock.advance(1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await liveRuns(host.engine)).toBe(1);
  expect(await journal.run(runId)).not.toHaveProperty('wakeAt');
});

test('a host that starts loads no sleeping run, and wakes it when its time has come while nobody ran', async () => {
  const [journal, clock] = [createMemoryJournal(), new TestClock()];
  const first = await open(journal, clock);
  const { runId } = await first.engine.start(request(patient));
  await asleep(first.engine, journal, clock, 1);
  await first[Symbol.asyncDispose]();
  const reads: string[] = [];
  const watched: Journal = {
    ...journal,
    events: (id, after, limit) => {
      reads.push(id);
      return journal.events(id, after, limit);
    },
  };
  await using second = await open(watched, clock);
  clock.advance(1_000);
  await expect.poll(() => liveRuns(second.engine)).toBe(0);
  expect(reads).toEqual([]);
  await second[Symbol.asyncDispose]();
  clock.advance(3 * DAY_S * 1_000);
  await using third = await open(watched, clock);
  await ended(journal, runId, clock);
  expect(await third.engine.result(runId)).toMatchObject({ status: 'completed', result: 'beforeafter' });
  expect(third.ran).toEqual(['after']);
});

test('what is asked of a sleeping run reaches it', async () => {
  const [journal, clock] = [createMemoryJournal(), new TestClock()];
  await using host = await open(journal, clock);
  const { runId } = await host.engine.start(request(patient));
  await asleep(host.engine, journal, clock, 1);
  expect(await host.engine.get(runId)).toMatchObject({
    status: 'running',
    steps: { before: { status: 'completed' }, after: { status: 'running' } },
  });
  await asleep(host.engine, journal, clock, 1);
  await host.engine.cancel(runId, 'enough');
  expect(await host.engine.result(runId)).toMatchObject({ status: 'cancelled' });
  expect(await sleepers(journal)).toEqual([]);
});

test('whoever follows or awaits a sleeping run keeps it awake and misses nothing', async () => {
  const [journal, clock] = [createMemoryJournal(), new TestClock()];
  await using host = await open(journal, clock);
  const { runId } = await host.engine.start(request(patient));
  await asleep(host.engine, journal, clock, 1);
  const result = host.engine.result(runId);
  const seen = Array.fromAsync(host.engine.events(runId, 0, new AbortController().signal));
  await expect.poll(() => liveRuns(host.engine)).toBe(1);
  await ended(journal, runId, clock);
  expect(await result).toMatchObject({ status: 'completed' });
  expect((await seen).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
});

test('a run that waits for a sleeping one sleeps too, and its end rouses it', async () => {
  const [journal, clock] = [createMemoryJournal(), new TestClock()];
  await using host = await open(journal, clock);
  const { runId } = await host.engine.start(request(parent));
  await asleep(host.engine, journal, clock, 2);
  await ended(journal, runId, clock);
  expect(await host.engine.result(runId)).toMatchObject({ status: 'completed', result: 'beforeafter' });
  expect(host.ran).toEqual(['before', 'after']);
});

test("a crash just after the end of a sleeping run's child loses nothing: the sleeper is due at once", async () => {
  const [journal, clock] = [createMemoryJournal(), new TestClock()];
  const first = await open(journal, clock);
  const { runId } = await first.engine.start(request(parent));
  await asleep(first.engine, journal, clock, 2);
  await first[Symbol.asyncDispose]();
  // What the end of the child commits, and nothing that follows from it.
  const child = (await journal.list({ limit: 10 })).items.find((run) => run.parent !== undefined)!;
  const dead: Journal = {
    ...journal,
    append: (writes, how) =>
      writes.some((write) => write.runId === runId) ? new Promise(() => undefined) : journal.append(writes, how),
    [Symbol.asyncDispose]: async () => undefined,
  };
  const second = await open(dead, clock, { limits: { shutdownMs: 1 } });
  await ended(journal, child.runId, clock);
  expect((await sleepers(journal)).find((one) => one.runId === runId)).toEqual({ runId, wakeAt: 0 });
  await second[Symbol.asyncDispose]();
  await using third = await open(journal, clock);
  await ended(journal, runId, clock);
  expect(await third.engine.result(runId)).toMatchObject({ status: 'completed', result: 'beforeafter' });
});

test('cancelling a run cancels the sleeping one that it waits for', async () => {
  const [journal, clock] = [createMemoryJournal(), new TestClock()];
  await using host = await open(journal, clock);
  const { runId } = await host.engine.start(request(parent));
  await asleep(host.engine, journal, clock, 2);
  await host.engine.cancel(runId, 'enough');
  const { items } = await journal.list({ limit: 10 });
  await expect
    .poll(async () => (await journal.list({ limit: 10 })).items.map(({ status }) => status))
    .toEqual(items.map(() => 'cancelled'));
});

test('a journal that refuses to note it keeps the run awake, and it sleeps later', async () => {
  const [journal, clock] = [createMemoryJournal(), new TestClock()];
  let refusals = 3;
  const refusing: Journal = {
    ...journal,
    append: async (writes, how) => {
      if (writes.some(({ wakeAt }) => typeof wakeAt === 'number') && refusals-- > 0) throw new Error('full');
      return journal.append(writes, how);
    },
  };
  await using host = await open(refusing, clock);
  await host.engine.start(request(patient));
  await asleep(host.engine, journal, clock, 1);
  expect(refusals).toBeLessThan(0);
});

test('runs that hold too much together are refused until there is room', async () => {
  const [journal, clock] = [createMemoryJournal(), new TestClock()];
  const done = Promise.withResolvers<void>();
  await using host = await open(journal, clock, {
    limits: { maxLiveBytes: 30_000, shutdownMs: 100 },
    work: () => done.promise,
  });
  const large = () => request(chain(1), { trigger: { text: 'x'.repeat(20_000) } });
  const runs = [await host.engine.start(large()), await host.engine.start(large())];
  await expect(host.engine.start(request(chain(1)))).rejects.toMatchObject({
    code: 'RUN_BACKPRESSURE',
    facts: { retryAfterMs: expect.any(Number) },
  });
  done.resolve();
  for (const { runId } of runs) await host.engine.result(runId);
  expect(await host.engine.start(request(chain(1)))).toMatchObject({ existing: false });
});
