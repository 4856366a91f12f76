import { describe, expect, test } from 'vitest';
import type { RunDetails, StepDetails } from '../../executor/history/run-details.ts';
import type { TerminalLook } from '../terminal-look.ts';
import { durationText } from './duration-text.ts';
import type { RunTree } from './run-tree.ts';
import { readRunTree } from './run-tree.ts';
import { runView } from './run-view.ts';

const START = Date.parse('2026-01-01T00:00:00.000Z');
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();
const plain: TerminalLook = { width: 60, colours: false, unicode: false };

const attempt = (from: number, to: number, more: object = {}) => ({
  seq: from,
  attempt: 1,
  status: 'completed' as const,
  startedAt: at(from),
  endedAt: at(to),
  ...more,
});

const step = (from: number, to: number, more: Partial<StepDetails> = {}): StepDetails => ({
  status: 'completed',
  startedAt: at(from),
  endedAt: at(to),
  attempts: [attempt(from, to)],
  ...more,
});

const details = (steps: RunDetails['steps'], more: Partial<RunDetails> = {}): RunDetails => ({
  runId: 'r1',
  workflow: 'wf',
  version: 2,
  status: 'completed',
  triggerType: 'api',
  startedAt: at(0),
  endedAt: at(10),
  trigger: null,
  steps,
  ...more,
});

const view = (run: RunDetails, look = plain, children: RunTree['children'] = new Map()) =>
  runView({ run, children }, look, START + 10_000, 'hello');
const bars = (run: RunDetails, look = plain) => view(run, look).slice(3);

describe('the timeline of a run', () => {
  test('shows each step as a bar on one axis, with what waited and what failed', () => {
    const failed = { status: 'failed' as const, error: { code: 'X', message: 'no' } };
    expect(
      view(
        details({
          first: step(0, 5),
          later: step(5, 10, {
            attempts: [attempt(5, 6, failed), attempt(8, 10, { attempt: 2 })],
          }),
          group: step(0, 10, { attempts: [] }),
          never: { status: 'skipped', attempts: [] },
        }),
      ),
    ).toEqual([
      '+ run r1 completed',
      '  hello v2 - api - 2026-01-01T00:00:00.000Z - 10.0 s',
      '',
      '+ first ================                  5.00 s',
      '+ later                 xxxx.....=======  5.00 s  2 attempts',
      '+ group --------------------------------  10.0 s',
      '- never',
    ]);
  });

  test('a bar covers exactly its part of the axis', () => {
    const look = { ...plain, width: 41 };
    const [first, second] = bars(details({ a: step(0, 5), b: step(5, 10) }), look);
    const half = '='.repeat(13);
    expect(first).toBe(`+ a    ${half}${' '.repeat(13)}  5.00 s`);
    expect(second).toBe(`+ b    ${' '.repeat(13)}${half}  5.00 s`);
  });

  test('no line of it is wider than the terminal, however long names and notes are', () => {
    const run = details({
      ['a_very_long_name_'.repeat(6)]: step(0, 9, { rounds: 3, pass: 7, attempts: [attempt(0, 9, { attempt: 12 })] }),
    });
    for (const width of [40, 60, 100, 240]) {
      for (const line of bars(run, { ...plain, width })) expect(line.length).toBeLessThanOrEqual(width);
    }
  });

  test('sums up the streams of a scatter, and says which did not complete', () => {
    const stream = (status: 'completed' | 'failed') => ({ status, steps: { work: step(1, 2, { status }) } });
    const run = details(
      {
        each: step(0, 3, { attempts: [], streams: { total: 3, begun: 3, open: 0 } }),
        work: step(1, 2, { attempts: [] }),
      },
      { streams: { 'each:0': stream('completed'), 'each:1': stream('failed'), 'each:2': stream('completed') } },
    );
    const [each, work] = bars(run, { ...plain, width: 120 });
    expect(each).toMatch(/^\+ each .* 3 streams$/);
    expect(work).toMatch(/^\+ {3}work .* 3 streams \(1 failed\)$/);
  });

  test('shows the run of another workflow below its step', async () => {
    const runs: Record<string, RunDetails> = {
      r1: details({ sub: step(0, 4, { attempts: [attempt(0, 4, { runId: 'child-123456789abc' })] }) }),
      'child-123456789abc': details(
        { inner: step(1, 2) },
        { runId: 'child-123456789abc', startedAt: at(1), endedAt: at(2) },
      ),
    };
    const tree = (await readRunTree('r1', async (id) => runs[id]))!;
    const lines = runView(tree, plain, START, 'x').slice(3);
    expect(lines.map((line) => line.slice(0, 22).trimEnd())).toEqual([
      expect.stringMatching(/^\+ sub /),
      expect.stringMatching(/^\+ {3}run 123456789ab/),
      expect.stringMatching(/^\+ {5}inner/),
    ]);
  });

  test('says below what went wrong and what to do about it, and what to look at', () => {
    const error = { code: 'ACTION_FAILED', message: 'it \u001b[31mbroke', remedy: 'Mend it.' };
    const warnings = [{ code: 'W', message: 'odd' }];
    const lines = bars(details({ a: step(0, 1, { status: 'failed', error, warnings }) }, { status: 'failed', error }));
    expect(lines.slice(1)).toEqual([
      '',
      'error ACTION_FAILED in a: it  [31mbroke',
      '  -> Mend it.',
      'warning W in a: odd',
    ]);
  });

  test('has colours and signs only where the terminal shows them', () => {
    const run = details({ a: step(0, 10) });
    expect(bars(run)[0]).toMatch(/^[\x20-\x7e]+$/);
    expect(bars(run, { ...plain, unicode: true })[0]).toContain('✔ a');
    expect(bars(run, { ...plain, colours: true })[0]).toContain('\u001b[32m+\u001b[39m');
  });

  test('of a run that goes on ends now', () => {
    const { endedAt: _, ...going } = details({ a: { status: 'running', startedAt: at(0), attempts: [] } });
    expect(runView({ run: { ...going, status: 'running' }, children: new Map() }, plain, START + 4_000)[3]).toMatch(
      /^> a .*-+ {2}4\.00 s$/,
    );
  });
});

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [1_240, '1.24 s'],
  [9_999, '10.0 s'],
  [59_960, '1m 00s'],
  [185_000, '3m 05s'],
  [7_800_000, '2h 10m'],
  [356_400_000, '4d 03h'],
])('%i milliseconds read "%s"', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});
