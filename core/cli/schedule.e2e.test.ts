import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestHost, type TestHost } from '../../tests/host.fixture.ts';
import { backplane } from './backplane.fixture.ts';

describe('schedule preview', () => {
  test('it shows the times on the clocks of the zone and in UTC, without a host', async () => {
    const args = ['30 2 * * *', '--timezone', 'Europe/Berlin', '--from', '2027-03-28', '--count', '2'];
    const { code, stdout } = await backplane(['schedule', 'preview', ...args]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `Sun 2027-03-28T03:00:00+02:00  2027-03-28T01:00:00.000Z
Mon 2027-03-29T02:30:00+02:00  2027-03-29T00:30:00.000Z
`,
    });
  });

  test('it takes intervals and prints JSON', async () => {
    const args = ['--every', '90m', '--offset', '5m', '--from', '2027-01-01', '--count', '1', '--json'];
    expect((await backplane(['schedule', 'preview', ...args])).json()).toEqual({
      items: [{ at: '2027-01-01T00:05:00.000Z', startsAt: '2027-01-01T00:05:00.000Z' }],
    });
  });

  test.each([
    [['61 * * * *'], 'SCHEDULE_INVALID'],
    [[], 'SCHEDULE_INVALID'],
    [['@daily', '--timezone', 'Europe/Berlni'], 'Europe/Berlin'],
    [['@daily', '--count', '0'], 'USAGE'],
    [['@daily', '--from', 'soon'], 'USAGE'],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await backplane(['schedule', 'preview', ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('schedules of a host', () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost();
    const source = `title: T
triggers: [{type: schedule, ref: yearly, cron: "0 0 1 1 *", description: Happy new year}]
actions: [{ref: a, action: core.transform.reshape, args: {value: 1}}]`;
    await host.api('POST', '/workflows', { alias: 'cli', source });
  });
  afterAll(() => host[Symbol.asyncDispose]());
  const schedule = (...args: string[]) => backplane(['schedule', ...args, '--url', host.url, '--key', host.key]);

  test('they are listed and shown, by id and by name', async () => {
    const { items } = (await schedule('list', '--json')).json();
    expect(items).toMatchObject([{ ref: 'yearly' }]);
    expect((await schedule('list', '--workflow', 'cli')).stdout).toContain(items[0].id);
    const shown = await schedule('show', 'cli/yearly');
    expect(shown.stdout).toContain('Happy new year');
    expect(shown.stdout).toBe((await schedule('show', items[0].id)).stdout);
    expect((await schedule('next', 'cli/yearly', '--count', '2')).stdout).toMatch(/^(\d{4}-01-01T00:00:00.000Z\n){2}$/);
  });

  test('they are paused, resumed and triggered', async () => {
    expect((await schedule('pause', 'cli/yearly', '--note', 'why not')).stdout).toContain('paused (why not)');
    expect((await schedule('list')).stdout).toContain('paused');
    expect((await schedule('trigger', 'cli/yearly')).stdout).toMatch(/^Started the run [0-9a-f-]{36}\.$/m);
    expect((await schedule('resume', 'cli/yearly', '--json')).json()).toMatchObject({ paused: false });
  });

  test('what is not there is an error with its code', async () => {
    const { code, stderr } = await schedule('show', 'cli/monthly');
    expect(code).toBe(1);
    expect(stderr).toContain('SCHEDULE_NOT_FOUND');
    const wrongKey = await backplane(['schedule', 'list', '--url', host.url, '--key', 'wrong']);
    expect([wrongKey.code, wrongKey.stderr]).toEqual([1, expect.stringContaining('HTTP_UNAUTHENTICATED')]);
  });
});
