import { describe, expect, test } from 'vitest';
import { RunDriver, workflow } from './run-driver.fixture.ts';

const returning = (returns: unknown, more: object = {}) =>
  new RunDriver(workflow([{ ref: 'a' }, { ref: 'b' }], { returns, ...more }));

function resultOf(run: RunDriver, trigger: unknown = {}, more: object = {}): unknown {
  run.start(trigger, more);
  run.complete('a', [1, 2]);
  run.complete('b', 'text');
  return run.state.result;
}

describe('what an expression of a run sees', () => {
  test('results with their types, steps and the trigger under both names, variables', () => {
    const run = returning({
      type: '${{ ACTIONS.a.result_typename }}',
      error: '${{ ACTIONS.b.error }}',
      all: '${{ ACTIONS.*.result }}',
      step: '${{ steps.b.result }}',
      trigger: '${{ TRIGGER.id }} ${{ INPUTS.id }}',
      variable: '${{ VARS.slack.channel }} ${{ ENV.variables.slack.channel }}',
    });
    expect(resultOf(run, { id: 7 }, { vars: { slack: { channel: '#soc' } } })).toEqual({
      type: 'list',
      error: null,
      all: [[1, 2], 'text'],
      step: 'text',
      trigger: '7 7',
      variable: '#soc #soc',
    });
  });

  test('facts of the run, dates as dates', () => {
    const run = returning(
      '${{ [ENV.workflow.run_id, ENV.workflow.trigger_type, ENV.workflow.workflow_id, ENV.workflow.start_time] }}',
    );
    expect(resultOf(run, {}, { env: { workflow_id: 'wf-1' } })).toEqual([
      'run-1',
      'api',
      'wf-1',
      '2023-11-14T22:13:20+00:00',
    ]);
  });

  test('logical time counts from the time for which the run is', () => {
    const returns = '${{ ENV.workflow.time_anchor }} ${{ ENV.workflow.logical_time }}';
    expect(resultOf(returning(returns), {}, { timeAnchor: 1_699_999_200_000 })).toBe(
      '2023-11-14 22:00:00+00:00 2023-11-14 22:00:00+00:00',
    );
  });

  test('the environment of the definition, unless the caller names one', () => {
    const config = { environment: "${{ 'prod' if TRIGGER.live else 'test' }}", timeout: 0 };
    expect(resultOf(returning('${{ ENV.environment }}', { config }), { live: true })).toBe('prod');
    expect(resultOf(returning('${{ ENV.environment }}', { config }), { live: true }, { environment: 'lab' })).toBe(
      'lab',
    );
  });

  test('an environment that is no name fails the run before anything starts', () => {
    const run = returning(null, { config: { environment: '${{ TRIGGER.env }}', timeout: 0 } });
    expect(run.start({ env: 5 })).toMatchObject([{ type: 'FailRun', error: { code: 'WORKFLOW_ENVIRONMENT_INVALID' } }]);
  });

  test('warnings of `returns` are kept with the run', () => {
    const run = returning('${{ ACTIONS.a.reslt }}');
    expect(resultOf(run)).toBeNull();
    expect(run.state.warnings).toMatchObject([
      { code: 'LANGUAGE_PATH_MISSING', message: expect.stringContaining('`result`') },
    ]);
  });
});
