import { describe, expect, test } from 'vitest';
import { compileWorkflow } from '../../workflow/compile-workflow.ts';
import type { RunAction } from '../scheduler/command.ts';
import { workflow } from '../scheduler/run-driver.fixture.ts';
import { actionLimitFinder } from './action-limits.ts';
import { ActionSlots, type SlotOptions } from './action-slots.ts';
import { type LiveRun, newLiveRun } from './live-run.ts';

const NAMES = ['core.http_request', 'tools.slack.post', 'core.other'];

/** Runs by name, in the order in which their actions got places. */
function slots(options: Partial<SlotOptions>) {
  const begun: string[] = [];
  const unwanted = new Set<string>();
  const places = new ActionSlots({
    limit: 100,
    nameOf: (action) => action,
    start: ({ runId }, { action }) => {
      if (unwanted.has(runId)) return false;
      begun.push(`${runId} ${NAMES[action]!.split('.')[1]}`);
      return true;
    },
    ...options,
  });
  const graph = compileWorkflow(workflow(NAMES.map((action, i) => ({ ref: `s${i}`, action }))));
  const runs = new Map<string, LiveRun>();
  const run = (name: string) => {
    if (!runs.has(name))
      runs.set(
        name,
        newLiveRun(name, { workspace: name.split(' ')[1] ?? 'default', workflow: 'w', version: 1 }, graph),
      );
    return runs.get(name)!;
  };
  const command = (action: string): RunAction => {
    return { type: 'RunAction', seq: 1, action: NAMES.indexOf(action), attempt: 1, timeoutMs: 1 };
  };
  return {
    begun,
    unwanted,
    places,
    add: (name: string, action: string, count = 1) => {
      for (let i = 0; i < count; i++) places.add(run(name), command(action));
    },
    release: (name: string, action: string) => places.release(run(name), command(action)),
  };
}

describe('places for actions', () => {
  test('go to the waiting runs in turn, whatever each of them waits for', () => {
    const { begun, add, release } = slots({ limit: 1 });
    add('large', 'core.other', 4);
    add('small', 'core.other');
    add('late', 'core.other');
    for (let i = 0; i < 5; i++) release('large', 'core.other');
    expect(begun.map((one) => one.split(' ')[0])).toEqual(['large', 'large', 'small', 'late', 'large', 'large']);
  });

  test('of a limited action go to its runs in turn; nobody else waits behind them', () => {
    const { begun, add, release } = slots({ limit: 3, actions: { 'tools.slack.*': 1 } });
    add('a', 'tools.slack.post', 3);
    add('b', 'tools.slack.post');
    add('c', 'core.other', 2);
    expect(begun).toEqual(['a slack', 'c other', 'c other']);
    release('a', 'tools.slack.post');
    release('a', 'tools.slack.post');
    release('b', 'tools.slack.post');
    expect(begun.slice(3)).toEqual(['a slack', 'b slack', 'a slack']);
  });

  test('that a limited action cannot take go to others at once, and it gets its own back', () => {
    const { begun, places, add, release } = slots({ limit: 2, actions: { 'core.http_request': 1 } });
    add('x', 'core.other', 2);
    add('h', 'core.http_request', 2);
    add('o', 'core.other', 2);
    release('x', 'core.other');
    release('x', 'core.other');
    expect(begun.slice(2)).toEqual(['h http_request', 'o other']);
    release('o', 'core.other');
    expect(begun.at(-1)).toBe('o other');
    release('h', 'core.http_request');
    expect(begun.at(-1)).toBe('h http_request');
    expect(places.taken).toBe(2);
  });

  test('of a workspace count over all of its actions', () => {
    const { begun, places, add, release } = slots({ workspaceLimit: 2, actions: { 'core.http_request': 1 } });
    add('a', 'core.http_request', 2);
    add('a', 'core.other', 2);
    expect(begun).toEqual(['a http_request', 'a other']);
    release('a', 'core.http_request');
    expect(places.taken).toBe(2);
    release('a', 'core.other');
    expect(begun.slice(2).toSorted()).toEqual(['a http_request', 'a other']);
  });

  test('of one workspace are no concern of another', () => {
    const { begun, add, release } = slots({ workspaceLimit: 1, actions: { 'core.http_request': 1 } });
    add('a ours', 'core.other', 2);
    add('b theirs', 'core.other');
    expect(begun).toEqual(['a ours other', 'b theirs other']);
    release('b theirs', 'core.other');
    add('b theirs', 'core.http_request');
    release('a ours', 'core.other');
    release('a ours', 'core.other');
    add('a ours', 'core.http_request');
    expect(begun.slice(2)).toEqual(['b theirs http_request', 'a ours other']);
    release('b theirs', 'core.http_request');
    expect(begun.at(-1)).toBe('a ours http_request');
  });

  test('are not taken by actions that nobody wants any more, however many wait', () => {
    const { begun, unwanted, places, add, release } = slots({ limit: 1 });
    add('first', 'core.other');
    add('gone', 'core.other', 100_000);
    add('last', 'core.other');
    unwanted.add('gone');
    release('first', 'core.other');
    release('last', 'core.other');
    expect(begun).toEqual(['first other', 'last other']);
    expect(places.taken).toBe(0);
  });

  test('are given to nobody after the close', () => {
    const { begun, places, add, release } = slots({ limit: 1 });
    add('a', 'core.other', 2);
    places.close();
    release('a', 'core.other');
    add('b', 'core.other');
    expect(begun).toEqual(['a other']);
  });
});

describe('the limit for an action', () => {
  const limitOf = actionLimitFinder({ '*': 9, 'tools.*': 5, 'tools.slack.*': 3, 'tools.slack.post': 1, 'core.h*p': 2 });

  test.each([
    ['tools.slack.post', 1],
    ['tools.slack.list', 3],
    ['tools.okta.list', 5],
    ['core.http', 2],
    ['core.http_request', 9],
    ['toolsXslack', 9],
  ])('%s is that of the name that fits best', (action, limit) => {
    expect(limitOf(action)?.limit).toBe(limit);
  });

  test('is none where no name fits', () => {
    expect(actionLimitFinder({ 'a.b': 1 })('aXb')).toBeUndefined();
  });
});
