import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestHost, type TestHost } from '../../tests/host.fixture.ts';

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost();
});
afterAll(() => host[Symbol.asyncDispose]());

const source = (triggers: string) => `title: Scheduled
entrypoint: {expects: {who: {type: str, default: nobody}}}
triggers:
${triggers}
actions:
- {ref: a, action: core.transform.reshape, args: {value: "\${{ TRIGGER.who }}"}}
returns:
  who: "\${{ ACTIONS.a.result }}"
  anchor: "\${{ ENV.workflow.time_anchor }}"
  trigger: "\${{ ENV.workflow.trigger_type }}"
`;
const RARE = '- {type: schedule, ref: rare, cron: "0 0 1 1 *"}';

async function workflow(alias: string, triggers = RARE): Promise<string> {
  const { status, body } = await host.api('POST', '/workflows', { alias, source: source(triggers) });
  expect(status).toBe(201);
  return body.id;
}
const schedulesOf = async (alias: string) => (await host.api('GET', `/schedules?workflow=${alias}`)).body.items;

describe('schedules of a file', () => {
  test('they fire by themselves, each run with the time it is for', async () => {
    await workflow('often', '- {type: schedule, ref: often, every: 1s, inputs: {who: me}, overlap: allow}');
    await expect.poll(async () => (await schedulesOf('often'))[0].counts.fired, { timeout: 10_000 }).toBeGreaterThan(1);
    const [schedule] = await schedulesOf('often');
    expect(schedule).toMatchObject({ origin: 'file', ref: 'often', spec: { every: 'PT1S', inputs: { who: 'me' } } });
    const { runId, scheduledAt } = schedule.last;
    await expect.poll(async () => (await host.api('GET', `/runs/${runId}`)).body.status).toBe('completed');
    const { body } = await host.api('GET', `/runs/${runId}`);
    expect(body).toMatchObject({ triggerType: 'schedule', result: { who: 'me', trigger: 'schedule' } });
    expect(Date.parse(body.result.anchor)).toBe(Date.parse(scheduledAt));
    await host.api('DELETE', '/workflows/often');
    expect((await host.api('GET', `/schedules/${schedule.id}`)).body.code).toBe('SCHEDULE_NOT_FOUND');
  });

  test('a new version changes them and leaves them paused where they were', async () => {
    await workflow('versions', `${RARE}\n- {type: schedule, ref: gone, every: 1h}`);
    const before = (await schedulesOf('versions')).find(({ ref }: { ref: string }) => ref === 'rare');
    const paused = await host.api('POST', `/schedules/${before.id}/pause`, { note: 'not now' });
    expect(paused.body).toMatchObject({ paused: true, note: 'not now', nextAt: null });
    const next = source('- {type: schedule, ref: rare, cron: "0 0 2 1 *"}\n- {type: schedule, ref: new, every: 1h}');
    expect((await host.api('PUT', '/workflows/versions', { source: next })).status).toBe(200);
    const after = await schedulesOf('versions');
    expect(after.map(({ ref }: { ref: string }) => ref).sort()).toEqual(['new', 'rare']);
    const rare = after.find(({ ref }: { ref: string }) => ref === 'rare');
    expect(rare).toMatchObject({ id: before.id, paused: true, note: 'not now', spec: { cron: '0 0 2 1 *' } });
    const resumed = await host.api('POST', `/schedules/${before.id}/resume`, {});
    expect(resumed.body).toMatchObject({ paused: false, nextAt: expect.stringContaining('-01-02T00:00') });
  });

  test('what they say is changed in the file alone', async () => {
    await workflow('filed');
    const [{ id }] = await schedulesOf('filed');
    const change = await host.api('PATCH', `/schedules/${id}`, { spec: { cron: '@daily' } });
    expect(change).toMatchObject({ status: 409, body: { code: 'SCHEDULE_IN_FILE' } });
    expect((await host.api('DELETE', `/schedules/${id}`)).body.code).toBe('SCHEDULE_IN_FILE');
  });

  test('a file with a schedule that is wrong is not stored', async () => {
    const { status, body } = await host.api('POST', '/workflows', {
      alias: 'wrong',
      source: source('- {type: schedule, cron: "61 * * * *"}'),
    });
    expect([status, body.code, body.details.problems[0].code]).toEqual([
      422,
      'WORKFLOW_INVALID',
      'WORKFLOW_CRON_INVALID',
    ]);
  });
});

describe('schedules beside the file', () => {
  test('one is made, read, changed and deleted', async () => {
    const id = await workflow('beside');
    const made = await host.api('POST', '/schedules', {
      workflow: 'beside',
      ref: 'mine',
      description: 'Mine',
      spec: { every: '1h', inputs: { who: 'api' }, timeout: 30 },
    });
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe(`/api/schedules/${made.body.id}`);
    expect(made.body).toMatchObject({
      ...{ workflow: id, ref: 'mine', origin: 'api', paused: false, waiting: 0 },
      spec: { every: 'PT1H', timezone: 'UTC', overlap: 'skip', catch_up: 'latest', jitter: 0, timeout: 30 },
    });
    const path = `/schedules/${made.body.id}`;
    const changed = await host.api('PATCH', path, { spec: { every: null, cron: '@daily', inputs: null } });
    expect(changed.body.spec).toMatchObject({ cron: '@daily' });
    expect(changed.body.spec).not.toHaveProperty('every');
    expect((await host.api('GET', path)).body).toMatchObject({ spec: changed.body.spec, description: 'Mine' });
    expect((await host.api('DELETE', path)).status).toBe(204);
    expect((await host.api('GET', path)).status).toBe(404);
  });

  test('what is wrong is named, and nothing is stored', async () => {
    await workflow('refusals');
    const make = async (given: object) =>
      (await host.api('POST', '/schedules', { workflow: 'refusals', ...given })).body;
    const bad = await make({ spec: { cron: 'x', timezone: 'Europe/Berlni', tz: 1, inputs: { who: 1 } } });
    expect(bad).toMatchObject({ code: 'SCHEDULE_INVALID', status: 422 });
    expect(bad.details.problems.map(({ code }: { code: string }) => code)).toEqual([
      'WORKFLOW_TIMEZONE_UNKNOWN',
      'WORKFLOW_CRON_INVALID',
      'WORKFLOW_KEY_UNKNOWN',
    ]);
    expect((await make({ spec: { every: '1h', inputs: { who: [] } } })).details.problems[0].code).toBe('INPUT_INVALID');
    expect((await make({ ref: 'rare', spec: { every: '1h' } })).code).toBe('SCHEDULE_REF_TAKEN');
    expect((await make({ workflow: 'nowhere', spec: { every: '1h' } })).code).toBe('WORKFLOW_NOT_FOUND');
    expect((await make({ ref: 'Not good', spec: { every: '1h' } })).code).toBe('HTTP_INVALID_REQUEST');
    expect(await schedulesOf('refusals')).toHaveLength(1);
  });
});

describe('steering', () => {
  test('a run can be started now', async () => {
    await workflow('now');
    const [{ id }] = await schedulesOf('now');
    const { status, body } = await host.api('POST', `/schedules/${id}/trigger`, {});
    expect(status).toBe(202);
    await expect.poll(async () => (await host.api('GET', `/runs/${body.runId}`)).body.status).toBe('completed');
    expect((await schedulesOf('now'))[0]).toMatchObject({ counts: { fired: 1 }, last: { status: 'completed' } });
  });

  test('a past window is filled in order', async () => {
    await workflow('past');
    const [{ id }] = await schedulesOf('past');
    const fill = (body: object) => host.api('POST', `/schedules/${id}/backfill`, body);
    const window = { from: '2020-06-01T00:00:00Z', to: '2023-06-01T00:00:00Z' };
    expect(await fill(window)).toMatchObject({ status: 202, body: { occurrences: 3 } });
    await expect.poll(async () => (await schedulesOf('past'))[0].counts.fired, { timeout: 10_000 }).toBe(3);
    expect((await schedulesOf('past'))[0].last.scheduledAt).toBe('2023-01-01T00:00:00.000Z');
    expect((await fill({ from: window.to, to: window.from })).body.code).toBe('HTTP_INVALID_REQUEST');
    expect((await fill({ ...window, overlap: 'maybe' })).body.code).toBe('HTTP_INVALID_REQUEST');
  });

  test('occurrences are foretold, of a schedule and of a spec that is not stored', async () => {
    await workflow('foretold');
    const [{ id }] = await schedulesOf('foretold');
    const own = await host.api('GET', `/schedules/${id}/next?count=2`);
    expect(own.body.items.map(({ at }: { at: string }) => at.slice(4, 10))).toEqual(['-01-01', '-01-01']);
    const spec = { cron: '30 2 * * *', timezone: 'Europe/Berlin' };
    const preview = await host.api('POST', '/schedules/preview', { spec, count: 2, from: '2027-03-27T12:00:00Z' });
    expect(preview.body.items.map(({ at }: { at: string }) => at)).toEqual([
      '2027-03-28T01:00:00.000Z',
      '2027-03-29T00:30:00.000Z',
    ]);
    expect((await host.api('POST', '/schedules/preview', { spec: { cron: '@reboot' } })).status).toBe(422);
    expect((await host.api('GET', `/schedules/${id}/next?count=0`)).status).toBe(400);
  });
});
