import { describe, expect, test } from 'vitest';
import { raise } from '../../errors/catalogue.ts';
import { createMemoryScheduleStore } from '../../storage/memory-schedule-store.fixture.ts';
import { TestClock } from '../engine.fixture.ts';
import { settled, TestRuns, testSchedules, testWorkflows, WORKFLOW } from './schedules.fixture.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function setUp(more: Parameters<typeof testSchedules>[3] = {}) {
  const [store, clock, runs] = [createMemoryScheduleStore(), new TestClock(), new TestRuns()];
  // To a whole hour, so that counting is easy.
  clock.advance(HOUR - (clock.now() % HOUR));
  const origin = clock.now();
  let schedules = testSchedules(store, clock, runs.engine, more);
  const host = {
    store,
    clock,
    runs,
    get schedules() {
      return schedules;
    },
    make: (spec: object, rest: object = {}) => schedules.create({ workflow: WORKFLOW, spec: { ...spec }, ...rest }),
    /** Time passes in steps, and everything happens that has to. */
    async pass(ms: number, step = ms) {
      await settled();
      for (let passed = 0; passed < ms; passed += step) {
        clock.advance(step);
        await settled();
      }
    },
    /** The host ends, and another one starts after a while. */
    async outage(ms: number) {
      await schedules[Symbol.asyncDispose]();
      clock.advance(ms);
      schedules = testSchedules(store, clock, runs.engine, more);
      schedules.wake();
      await settled();
    },
    times: () => runs.times.map((at) => (at - origin) / MINUTE),
    [Symbol.asyncDispose]: () => schedules[Symbol.asyncDispose](),
  };
  return host;
}

describe('firing', () => {
  test('each occurrence gets one run, with its time, inputs and limits', async () => {
    await using host = setUp();
    await host.make({ every: '10m', inputs: { a: 1 }, timeout: 30, environment: 'production' });
    await host.pass(35 * MINUTE, 1_000);
    expect(host.times()).toEqual([10, 20, 30]);
    expect(host.runs.all[0]!.request).toMatchObject({
      workflow: WORKFLOW,
      triggerType: 'schedule',
      trigger: { a: 1 },
      timeoutMs: 30_000,
      environment: 'production',
    });
    const [view] = (await host.schedules.list({ limit: 10 })).items;
    expect(view).toMatchObject({
      counts: { fired: 3, skipped: 0, missed: 0, failed: 0 },
      last: { runId: 'run-3', status: 'completed' },
      waiting: 0,
    });
    expect(Date.parse(view!.nextAt!)).toBe(host.runs.times[2]! + 10 * MINUTE);
  });

  test('many schedules share one timer and do not disturb each other', async () => {
    await using host = setUp();
    for (let i = 0; i < 300; i++) await host.make({ every: '1h', offset: `${i % 60}m` });
    await host.pass(HOUR - 1, MINUTE);
    await host.pass(1);
    expect(host.runs.all).toHaveLength(300);
  });

  test('jitter moves the start and not the time for which a run is', async () => {
    await using host = setUp();
    const { id } = await host.make({ every: '1h', jitter: 1_800 });
    const [next] = await host.schedules.next(id, 1);
    const delay = Date.parse(next!.startsAt) - Date.parse(next!.at);
    expect(delay).toBeGreaterThan(0);
    expect((await host.schedules.get(id)).nextAt).toBe(next!.startsAt);
    await host.pass(HOUR + delay - 1_000, MINUTE);
    await host.pass(MINUTE);
    expect(host.times()).toEqual([60]);
  });

  test('what another host looks after is left to it', async () => {
    let mine = false;
    await using host = setUp({ mayFire: () => mine });
    await host.make({ every: '10m' });
    await host.pass(10 * MINUTE, MINUTE);
    expect(host.times()).toEqual([]);
    mine = true;
    await host.pass(6_000, 1_000);
    expect(host.times()).toEqual([10]);
  });

  test('two hosts that both think that a schedule is theirs start one run each time', async () => {
    await using host = setUp();
    await using other = testSchedules(host.store, host.clock, host.runs.engine);
    other.wake();
    await host.make({ every: '10m', overlap: 'allow' });
    await host.pass(HOUR, 5_000);
    expect(host.times()).toEqual([10, 20, 30, 40, 50, 60]);
    expect((await host.schedules.list({ limit: 1 })).items[0]!.counts.fired).toBe(6);
  });
});

describe('an earlier run that still runs', () => {
  const busy = async (overlap: string) => {
    const host = setUp();
    host.runs.endsAtOnce = false;
    const { id } = await host.make({ every: '10m', overlap });
    await host.pass(35 * MINUTE, MINUTE);
    return { host, view: () => host.schedules.get(id) };
  };

  test('skip leaves occurrences out', async () => {
    const { host, view } = await busy('skip');
    expect(host.times()).toEqual([10]);
    expect(await view()).toMatchObject({ counts: { fired: 1, skipped: 2 }, last: { status: 'running' } });
    host.runs.end('run-1', 'failed');
    await host.pass(5 * MINUTE, MINUTE);
    expect(host.times()).toEqual([10, 40]);
    expect((await view()).counts).toMatchObject({ fired: 2, skipped: 2 });
    await host.schedules[Symbol.asyncDispose]();
  });

  test('buffer_one lets the first wait', async () => {
    const { host, view } = await busy('buffer_one');
    expect(await view()).toMatchObject({ waiting: 1, counts: { fired: 1, skipped: 1 } });
    host.runs.end('run-1');
    await settled();
    expect(host.times()).toEqual([10, 20]);
    await host.schedules[Symbol.asyncDispose]();
  });

  test('buffer_all lets all of them wait, also for the end of a run that nobody has noted', async () => {
    const { host, view } = await busy('buffer_all');
    expect((await view()).waiting).toBe(2);
    host.runs.end('run-1');
    await settled();
    expect(host.times()).toEqual([10, 20]);
    await host.outage(1_000);
    host.runs.end('run-2');
    await host.pass(11_000, 1_000);
    expect(host.times()).toEqual([10, 20, 30]);
    await host.schedules[Symbol.asyncDispose]();
  });

  test.each(['cancel_previous', 'terminate_previous'])('%s ends it', async (overlap) => {
    const { host } = await busy(overlap);
    expect(host.times()).toEqual([10, 20, 30]);
    expect(host.runs.all.map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'running']);
    await host.schedules[Symbol.asyncDispose]();
  });

  test('allow does not mind', async () => {
    const { host } = await busy('allow');
    expect(host.times()).toEqual([10, 20, 30]);
    await host.schedules[Symbol.asyncDispose]();
  });
});

describe('after an outage', () => {
  const missed = async (catchUp: object) => {
    const host = setUp();
    const { id } = await host.make({ every: '10m', overlap: 'allow', ...catchUp });
    await host.outage(45 * MINUTE);
    const { counts } = await host.schedules.get(id);
    await host.schedules[Symbol.asyncDispose]();
    return [host.times(), counts.missed];
  };

  test('the newest occurrence is caught up unless the schedule says otherwise', async () => {
    expect(await missed({})).toEqual([[40], 3]);
    expect(await missed({ catch_up: 'all' })).toEqual([[10, 20, 30, 40], 0]);
    expect(await missed({ catch_up: 'none' })).toEqual([[], 4]);
  });

  test('nothing older than the window is caught up', async () => {
    expect(await missed({ catch_up: 'all', catch_up_window: '20m' })).toEqual([[30, 40], 2]);
    expect(await missed({ catch_up_window: '2m' })).toEqual([[], 4]);
  });

  test('an occurrence that is a little late is in time, whatever the policy', async () => {
    await using host = setUp();
    await host.make({ every: '10m', catch_up: 'none' });
    await host.outage(10 * MINUTE + 50_000);
    expect(host.times()).toEqual([10]);
  });
});

describe('clocks', () => {
  test('a jump forward fires what it has passed once, a jump back nothing again', async () => {
    await using host = setUp();
    await host.make({ every: '10m', catch_up: 'all', overlap: 'allow' });
    await host.pass(10 * MINUTE);
    await host.pass(31 * MINUTE);
    expect(host.times()).toEqual([10, 20, 30, 40]);
    // Another host starts with a clock that is 25 minutes behind.
    await host.outage(-25 * MINUTE);
    await host.pass(45 * MINUTE, MINUTE);
    expect(host.times()).toEqual([10, 20, 30, 40, 50, 60]);
  });
});

describe('trouble', () => {
  test('a schedule whose workflow is gone shows it, and the others go on', async () => {
    const state = { broken: false };
    const workflows = testWorkflows(state);
    await using host = setUp({ workflows });
    const { id } = await host.make({ every: '10m' });
    state.broken = true;
    await host.pass(20 * MINUTE, MINUTE);
    expect(await host.schedules.get(id)).toMatchObject({
      error: { code: 'WORKFLOW_NOT_FOUND' },
      counts: { fired: 0, failed: 2 },
    });
    state.broken = false;
    await host.pass(10 * MINUTE, MINUTE);
    expect(await host.schedules.get(id)).not.toHaveProperty('error');
    expect(host.times()).toEqual([30]);
  });

  test.each([
    'not JSON',
    '{"cron": "x", "timezone": "UTC"}',
    '{"cron": "@daily", "timezone": "Gone/Away"}',
  ])('a schedule that cannot be read (%s) says so and does not stop the others', async (spec) => {
    await using host = setUp();
    const { id } = await host.make({ every: '10m' });
    await settled();
    const { revision, ...row } = (await host.store.get(id))!;
    await host.store.save(id, revision, { ...row, spec });
    await host.make({ every: '10m' });
    await host.pass(20 * MINUTE, MINUTE);
    expect(host.times()).toEqual([10, 20]);
    expect((await host.schedules.list({ limit: 2 })).items.map(({ error }) => error?.code)).toContain(
      'SCHEDULE_UNREADABLE',
    );
    await host.schedules.delete(id);
  });

  test('while the store is away nothing is lost', async () => {
    await using host = setUp();
    await host.make({ every: '10m' });
    await settled();
    const { due, save } = host.store;
    const away = async () => {
      throw raise.STORAGE_UNAVAILABLE({ cause: 'test' });
    };
    Object.assign(host.store, { due: away });
    await host.pass(11 * MINUTE, MINUTE);
    Object.assign(host.store, { due, save: away });
    await host.pass(10 * MINUTE, MINUTE);
    expect(host.times()).toEqual([]);
    Object.assign(host.store, { save });
    await host.pass(3_000, 1_000);
    expect(host.times()).toEqual([20]);
    expect((await host.schedules.list({ limit: 1 })).items[0]!.counts).toMatchObject({ fired: 1, missed: 1 });
  });

  test('while the engine is full, occurrences wait', async () => {
    await using host = setUp();
    const { id } = await host.make({ every: '10m' });
    host.runs.refusal = raise.RUN_BACKPRESSURE({ open: 1, queued: 1 });
    await host.pass(11 * MINUTE, MINUTE);
    expect(await host.schedules.get(id)).toMatchObject({ waiting: 1, error: { code: 'RUN_BACKPRESSURE' } });
    host.runs.refusal = undefined;
    await host.pass(6_000, 1_000);
    expect(host.times()).toEqual([10]);
  });
});

describe('people', () => {
  test('nothing fires while it is paused, and nothing is caught up afterwards', async () => {
    await using host = setUp();
    const { id } = await host.make({ every: '10m' });
    expect(await host.schedules.pause(id, 'holidays')).toMatchObject({ paused: true, note: 'holidays', nextAt: null });
    await host.pass(25 * MINUTE, MINUTE);
    await host.schedules.resume(id, undefined);
    await host.pass(10 * MINUTE, MINUTE);
    expect(host.times()).toEqual([30]);
    expect(await host.schedules.get(id)).not.toHaveProperty('note');
  });

  test('a run that is being started while somebody pauses is counted', async () => {
    await using host = setUp();
    const { start } = host.runs.engine;
    const { id } = await host.make({ every: '10m' });
    await settled();
    const arrived = Promise.withResolvers<void>();
    const paused = Promise.withResolvers<void>();
    host.runs.engine.start = async (request) => {
      arrived.resolve();
      await paused.promise;
      return start(request);
    };
    host.clock.advance(10 * MINUTE);
    await arrived.promise;
    await host.schedules.pause(id, undefined);
    paused.resolve();
    await settled();
    expect(host.times()).toEqual([10]);
    expect(await host.schedules.get(id)).toMatchObject({
      counts: { fired: 1 },
      last: { runId: 'run-1', status: 'completed' },
    });
  });

  test('a run can be started by hand, also while it is paused', async () => {
    await using host = setUp();
    const { id } = await host.make({ every: '10m' }, { paused: true });
    expect(await host.schedules.trigger(id)).toEqual({ runId: 'run-1' });
    await settled();
    expect(await host.schedules.get(id)).toMatchObject({ counts: { fired: 1 }, last: { status: 'completed' } });
  });

  test('a past window is filled, one run after the other', async () => {
    await using host = setUp();
    host.runs.endsAtOnce = false;
    const { id } = await host.make({ every: '10m' });
    const now = host.clock.now();
    expect(await host.schedules.backfill(id, { from: now - 20 * MINUTE, to: now })).toEqual({ occurrences: 3 });
    await settled();
    expect(host.times()).toEqual([-20]);
    host.runs.end('run-1');
    await settled();
    host.runs.end('run-2');
    await settled();
    expect(host.times()).toEqual([-20, -10, 0]);
    await expect(host.schedules.backfill(id, { from: now - 30 * DAY, to: now })).rejects.toMatchObject({
      code: 'SCHEDULE_BACKFILL_LIMIT',
    });
  });

  test('a change of its times does not reach back', async () => {
    await using host = setUp();
    const { id } = await host.make({ every: '1h' });
    await host.pass(45 * MINUTE, MINUTE);
    const changed = await host.schedules.change(id, { spec: { every: '10m', catch_up: 'all' } });
    expect(changed.spec).toMatchObject({ every: 'PT10M', catch_up: 'all' });
    await host.pass(10 * MINUTE, MINUTE);
    expect(host.times()).toEqual([50]);
    await expect(host.schedules.change(id, { spec: { every: 'often' } })).rejects.toMatchObject({
      code: 'SCHEDULE_INVALID',
    });
  });

  test('a schedule that is not there is said so', async () => {
    await using host = setUp();
    const missing = { code: 'SCHEDULE_NOT_FOUND' };
    await expect(host.schedules.get('x')).rejects.toMatchObject(missing);
    await expect(host.schedules.pause('x', undefined)).rejects.toMatchObject(missing);
    await expect(host.schedules.trigger('x')).rejects.toMatchObject(missing);
    await expect(host.schedules.delete('x')).rejects.toMatchObject(missing);
  });

  test('one that others change all the time says that it is busy', async () => {
    await using host = setUp();
    const { id } = await host.make({ every: '1h' });
    await settled();
    host.store.save = async () => false;
    await expect(host.schedules.pause(id, undefined)).rejects.toMatchObject({ code: 'SCHEDULE_BUSY' });
  });
});
