import { describe, expect, test } from 'vitest';
import { parseYaml } from '../language/source/parse-yaml.ts';
import { checkWorkflow } from './check-workflow.ts';
import { testRegistry } from './test-registry.fixture.ts';

const check = (trigger: string, more = '') =>
  checkWorkflow(
    parseYaml(
      `title: T\nactions: [{ref: a, action: core.http}]\n${more}triggers:\n- type: schedule\n${trigger}`,
      'f.yaml',
    ),
    testRegistry(),
  );
const read = (trigger: string, more?: string) => {
  const { problems, definition } = check(trigger, more);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return definition!.triggers[0]! as any;
};
const found = (trigger: string, more?: string) =>
  check(trigger, more)
    .problems.filter(({ severity }) => severity === 'error')
    .map(({ code, position, didYouMean }) =>
      [`${position.line}:${position.column}`, code.replace('WORKFLOW_', ''), didYouMean].filter(Boolean).join(' '),
    );

describe('schedule triggers', () => {
  test('every key is read', () => {
    expect(
      read(`  ref: nightly
  description: Clean up
  cron: "30 2 * * MON-FRI"
  timezone: Europe/Berlin
  start_at: 2027-01-01
  end_at: 2027-12-31T23:00:00+01:00
  inputs: {deep: [1, two]}
  timeout: 90
  environment: production
  overlap: buffer_one
  catch_up: all
  catch_up_window: P2D
  jitter: 30
  paused: true
`),
    ).toEqual({
      type: 'schedule',
      ref: 'nightly',
      description: 'Clean up',
      paused: true,
      spec: {
        cron: '30 2 * * MON-FRI',
        timezone: 'Europe/Berlin',
        startAt: Date.UTC(2027, 0, 1),
        endAt: Date.UTC(2027, 11, 31, 22),
        inputs: { deep: [1, 'two'] },
        timeout: 90_000,
        environment: 'production',
        overlap: 'buffer_one',
        catchUp: 'all',
        catchUpWindow: 2 * 86_400_000,
        jitter: 30_000,
      },
    });
  });

  test('what is left out has a default', () => {
    expect(read('  every: 15m')).toEqual({
      type: 'schedule',
      ref: 'schedule_1',
      paused: false,
      spec: {
        every: 900_000,
        timezone: 'UTC',
        overlap: 'skip',
        catchUp: 'latest',
        catchUpWindow: 7 * 86_400_000,
        jitter: 0,
      },
    });
  });

  test.each([
    ['15m', 900_000],
    ['1h30m', 5_400_000],
    ['PT1H', 3_600_000],
    ['P1D', 86_400_000],
    ['01:00:00', 3_600_000],
    [90, 90_000],
  ])('`every: %s` is %i ms', (every, ms) => {
    expect(read(`  every: ${JSON.stringify(every)}\n  offset: PT1S`).spec).toMatchObject({ every: ms, offset: 1_000 });
  });

  test.each([
    '* * * * *',
    '*/5 * * * * *',
    '@hourly',
    '0 9 L * *',
    '0 9 * * FRI#2',
    '0 0 * JAN,JUL SUN',
  ])('the cron expression %s is read', (cron) => {
    expect(read(`  cron: "${cron}"`).spec.cron).toBe(cron);
  });

  test('the old form keeps it in `args`, the object of Tracecat says `status`', () => {
    expect(read('  ref: old\n  args: {cron: "0 * * * *"}')).toMatchObject({ ref: 'old', spec: { cron: '0 * * * *' } });
    expect(read('  every: PT1H\n  status: offline\n  timeout: 0')).toMatchObject({ paused: true });
    expect(read('  every: PT1H\n  status: online').paused).toBe(false);
  });

  test('an export keeps its schedules beside the definition', () => {
    const { problems, definition } = checkWorkflow(
      parseYaml(
        `type: workflow
schedules: [{status: online, every: PT5M, offset: null, cron: null, timeout: 0.0}]
definition: {title: T, actions: [{ref: a, action: core.http}], triggers: [{type: schedule, cron: "@daily"}]}`,
        'f.yaml',
      ),
      testRegistry(),
    );
    expect(problems).toEqual([]);
    expect(definition!.triggers).toMatchObject([
      { ref: 'schedule_1' },
      { ref: 'schedule_2', spec: { every: 300_000 } },
    ]);
  });

  test('words that are nearly right', () => {
    expect(found('  corn: "* * * * *"\n  every: 5m')).toEqual(['5:3 KEY_UNKNOWN cron']);
    expect(found('  every: 5m\n  timezone: Europe/Berlni')).toEqual(['6:13 TIMEZONE_UNKNOWN Europe/Berlin']);
    expect(found('  every: 5m\n  overlap: skp')).toEqual(['6:12 VALUE skip']);
    expect(found('  every: 5m\n  catch_up: al')).toEqual(['6:13 VALUE all']);
    expect(found('  every: 5m\n  name: x')).toEqual(['6:3 KEY_UNKNOWN ref']);
    expect(found('  args: {cronn: "* * * * *", every: 5m}')).toEqual(['5:10 KEY_UNKNOWN cron']);
  });

  test.each([
    '60 * * * *',
    'hello',
    '* * * *',
    '@reboot',
    '0 9 30-1 * *',
    '* * * * * * 2027',
    '""',
  ])('the cron expression %s is refused', (cron) => {
    expect(found(`  cron: ${cron === '""' ? cron : `"${cron}"`}`)).toEqual(['5:9 CRON_INVALID']);
  });

  test('values out of their range', () => {
    expect(found('  every: 10ms')).toEqual(['5:10 VALUE']);
    expect(found('  every: soon')).toEqual(['5:10 DURATION_INVALID']);
    expect(found('  every: 5m\n  jitter: -1')).toEqual(['6:11 VALUE']);
    expect(found('  every: 5m\n  jitter: P2D')).toEqual(['6:11 VALUE']);
    expect(found('  every: 5m\n  start_at: tomorrow')).toEqual(['6:13 VALUE']);
    expect(found('  every: 5m\n  ref: Bad Name')).toEqual(['6:8 VALUE']);
    expect(found('  every: 5m\n  timezone: "+02:00"')).toEqual(['6:13 TIMEZONE_UNKNOWN']);
    expect(found('  every: 5m\n  catch_up_window: P2Y')).toEqual(['6:20 VALUE']);
  });

  test('each kind of mistake has its own code', () => {
    const codes = (trigger: string) => check(trigger).problems.map(({ code }) => code);
    expect(codes('  cron: x')).toEqual(['WORKFLOW_CRON_INVALID']);
    expect(codes('  every: x')).toEqual(['WORKFLOW_DURATION_INVALID']);
    expect(codes('  timezone: x\n  every: 5m')).toEqual(['WORKFLOW_TIMEZONE_UNKNOWN']);
    expect(codes('  ref: x')).toEqual(['WORKFLOW_SCHEDULE_TIMING']);
    expect(codes('  cron: "0 0 31 2 *"')).toEqual(['WORKFLOW_SCHEDULE_NEVER']);
  });

  test('what does not belong together', () => {
    expect(found('  ref: x')).toEqual(['4:3 SCHEDULE_TIMING']);
    expect(found('  every: 5m\n  cron: "* * * * *"')).toEqual(['4:3 SCHEDULE_TIMING']);
    expect(found('  cron: "* * * * *"\n  offset: 5s')).toEqual(['6:11 VALUE']);
    expect(found('  every: 5s\n  offset: 5s')).toEqual(['6:11 VALUE']);
    expect(found('  every: 5s\n  start_at: 2027-02-01\n  end_at: 2027-01-01')).toEqual(['7:11 VALUE']);
    expect(found('  every: 5s\n  paused: true\n  status: online')).toEqual(['7:11 VALUE']);
    expect(found('  every: 5s\n  ref: x\n- {type: schedule, ref: x, every: 6s}')).toEqual(['7:25 VALUE']);
  });

  test('a schedule that never fires is refused', () => {
    expect(found('  cron: "0 0 30 2 *"')).toEqual(['5:9 SCHEDULE_NEVER']);
    expect(found('  cron: "0 0 29 2 *"\n  start_at: 2027-03-01\n  end_at: 2028-01-01')).toEqual(['5:9 SCHEDULE_NEVER']);
    expect(read('  cron: "0 0 29 2 *"').spec.cron).toBe('0 0 29 2 *');
  });

  test('its inputs are those that the workflow expects', () => {
    const expects = 'entrypoint: {expects: {n: {type: int}, s: {type: str, default: x}}}\n';
    expect(read('  every: 5m\n  inputs: {n: 3}', expects).spec.inputs).toEqual({ n: 3 });
    expect(found('  every: 5m\n  inputs: {n: three}', expects)).toEqual(['7:11 INPUT_INVALID']);
    expect(found('  every: 5m', expects)).toEqual(['5:3 INPUT_INVALID']);
    expect(found('  every: 5m\n  inputs: {n: "${{ 1 }}"}')).toEqual(['6:11 VALUE']);
  });
});
