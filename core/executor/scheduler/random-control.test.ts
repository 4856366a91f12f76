import { parseJson, stringifyJson } from '@backplane/sdk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unitsOf } from '../../workflow/units-of.ts';
import { keptSteps } from '../kept-steps.ts';
import type { Command } from './command.ts';
import { hash32 } from './deterministic-random.ts';
import type { KeptSteps, RunEvent } from './event.ts';
import { newRunState } from './initial-state.ts';
import { definitionOf, nextAnswer, play, type RandomRun, randomRun, startEvent } from './random-run.fixture.ts';
import { reduce } from './reduce.ts';
import { RunDriver } from './run-driver.fixture.ts';
import type { Pending } from './state.ts';

const orders = fc.integer({ min: 0, max: 1_000_000 });
const runs = { numRuns: 300 };
const BEGINS: readonly Command['type'][] = ['RunAction', 'StartChild'];

interface Plan {
  readonly order: number;
  readonly kept?: KeptSteps;
  /** What else happens before the turn. */
  readonly before?: (run: RunDriver, turn: number) => RunEvent | undefined;
  readonly may?: (pending: Pending) => boolean;
}

/** Plays a run to its end, while somebody gives orders. */
function playWith({ actions, failures }: RandomRun, { order, kept, before, may }: Plan): RunDriver {
  const run = new RunDriver(definitionOf(actions));
  run.feed(startEvent(run, kept === undefined ? {} : { kept }));
  for (let turn = 0; run.state.status === 'running'; turn++) {
    if (turn > 10_000) throw new Error('the run does not end');
    const asked = before?.(run, turn);
    if (asked !== undefined) run.feed(asked);
    const event = nextAnswer(run, failures, hash32(`${order}/${turn}`), may);
    if (event !== undefined) run.feed(event);
    else if (run.state.paused !== undefined) run.feed({ type: 'ResumeRequested', at: run.now });
  }
  return run;
}

/** How the run and the steps that stand in it itself have ended; what a failed stream had done by then depends on the order. */
function outcome({ state, graph }: RunDriver, lost: boolean): unknown {
  if (state.status !== 'completed') return state.status;
  const steps = graph.regions[0]!.members.map((index) => {
    const { status, attempts, result, error } = state.steps[index]!;
    return lost ? status : { status, attempts, result, error };
  });
  return { steps, edges: state.edges, ...(!lost && { result: state.result }) };
}

function hasLostStreams({ state }: RunDriver): boolean {
  return Object.values(state.streams).some(({ status }) => status === 'failed');
}

function isSettled({ state }: RunDriver): void {
  expect(state).toMatchObject({ pending: {}, ready: [], running: 0 });
  for (const { status } of state.steps) expect(['completed', 'failed', 'skipped', 'cancelled']).toContain(status);
  for (const { status, pending } of Object.values(state.streams)) {
    expect(status).not.toBe('running');
    expect(pending).toEqual([]);
  }
}

describe('any workflow, paused and resumed at any moments', () => {
  const pauses = fc.array(fc.nat(60), { minLength: 1, maxLength: 6 });
  const flips = (moments: readonly number[]) => (run: RunDriver, turn: number) => {
    if (!moments.includes(turn)) return undefined;
    const { paused } = run.state;
    return paused === undefined
      ? ({ type: 'PauseRequested', at: run.now, reason: 'look' } as const)
      : ({ type: 'ResumeRequested', at: run.now } as const);
  };

  test('comes to the same end as when nobody touches it', () => {
    fc.assert(
      fc.property(randomRun, orders, pauses, (run, order, moments) => {
        const plain = playWith(run, { order });
        const lost = hasLostStreams(plain);
        expect(outcome(playWith(run, { order, before: flips(moments) }), lost)).toEqual(outcome(plain, lost));
      }),
      runs,
    );
  });

  test('begins nothing while it is paused, and needs nobody to remember what was due', () => {
    fc.assert(
      fc.property(randomRun, orders, pauses, (run, order, moments) => {
        const played = playWith(run, { order, before: flips(moments) });
        const state = newRunState();
        for (const event of played.events) {
          const commands = reduce(played.graph, state, event);
          if (state.paused !== undefined) expect(commands.filter(({ type }) => BEGINS.includes(type))).toEqual([]);
        }
        isSettled(played);
      }),
      runs,
    );
  });
});

describe('any workflow, cancelled at any moment', () => {
  const cancelAt = (moment: number) => (run: RunDriver, turn: number) =>
    turn === moment ? ({ type: 'CancelRequested', at: run.now, reason: 'enough', graceMs: 1_000 } as const) : undefined;

  test('begins nothing more, ends once, and shows how each step that was in flight has ended', () => {
    fc.assert(
      fc.property(randomRun, orders, fc.nat(40), (run, order, moment) => {
        const played = playWith(run, { order, before: cancelAt(moment), may: ({ kind }) => isAnswer(kind, moment) });
        if (played.state.cancel === undefined) return;
        isSettled(played);
        const state = newRunState();
        const later: Command[] = [];
        for (const event of played.events) {
          const wasCancelling = state.cancel !== undefined;
          const inFlight = Object.values(state.pending).filter(({ kind }) => kind === 'action').length;
          const commands = reduce(played.graph, state, event);
          if (event.type === 'CancelRequested')
            expect(state.running).toBeGreaterThanOrEqual(state.status === 'running' ? 1 : 0);
          if (event.type === 'CancelRequested' && inFlight > 0) expect(state.status).toBe('running');
          if (wasCancelling || event.type === 'CancelRequested') later.push(...commands);
        }
        expect(later.filter(({ type }) => BEGINS.includes(type))).toEqual([]);
        expect(later.filter(({ type }) => type === 'CancelRun')).toHaveLength(1);
        expect(later.at(-1)).toEqual({ type: 'CancelRun', reason: 'enough' });
        expect(played.state.status).toBe('cancelled');
      }),
      runs,
    );
  });

  /** One half of the runs get their answers, of the others only children answer, and time passes. */
  const isAnswer = (kind: Pending['kind'], moment: number) => moment % 2 === 0 || kind !== 'action' || moment > 20;

  test('is over at once when it is terminated, also while it is being cancelled', () => {
    fc.assert(
      fc.property(randomRun, orders, fc.nat(40), fc.boolean(), (run, order, moment, cancelled) => {
        const { graph, events } = play(run, { order });
        const state = newRunState();
        for (const event of events.slice(0, moment + 1)) reduce(graph, state, event);
        if (state.status !== 'running') return;
        const at = state.now;
        if (cancelled) reduce(graph, state, { type: 'CancelRequested', at, reason: 'enough', graceMs: 5 });
        const ended = state.status !== 'running';
        const commands = reduce(graph, state, { type: 'TerminateRequested', at, reason: 'now' });
        expect(state).toMatchObject({ status: 'cancelled', pending: {}, ready: [], running: 0 });
        expect(commands.at(-1)).toEqual(ended ? undefined : { type: 'CancelRun', reason: 'now' });
        expect(reduce(graph, state, { type: 'CancelRequested', at, reason: 'again', graceMs: 5 })).toEqual([]);
        for (const event of events.slice(moment + 1)) expect(reduce(graph, state, event)).toEqual([]);
      }),
      runs,
    );
  });
});

describe('any workflow, run again from the results of an earlier run', () => {
  /** A step to begin at, or what has failed. */
  const starts = fc.option(fc.nat(100), { nil: undefined });

  function fromOf({ graph }: RunDriver, start: number | undefined) {
    if (start === undefined) return 'failed' as const;
    const whole = [...new Set(unitsOf(graph))];
    return { ref: graph.actions[whole[start % whole.length]!]!.ref };
  }

  /** What is kept behaves as it did; whatever runs again succeeds now. */
  function repaired({ actions, failures }: RandomRun, { graph }: RunDriver, kept: KeptSteps): RandomRun {
    const refs = graph.actions.map(({ ref }) => ref);
    return { actions, failures: failures.map((count, index) => (Object.hasOwn(kept, refs[index] ?? '') ? count : 0)) };
  }

  function expectSameAsFresh(run: RandomRun, old: RunDriver, start: number | undefined, order: number): void {
    const kept = parseJson(stringifyJson(keptSteps(old, old.graph, fromOf(old, start)))) as KeptSteps;
    const now = repaired(run, old, kept);
    const fresh = play(now, { order });
    const again = playWith(now, { order: order + 1, kept });
    expect(outcome(again, hasLostStreams(fresh))).toEqual(outcome(fresh, hasLostStreams(fresh)));
    const begun = new Set(again.commands.flatMap((command) => ('action' in command ? [command.action] : [])));
    for (const ref of Object.keys(kept)) expect(begun).not.toContain(again.graph.byRef.get(ref)!.index);
    isSettled(again);
  }

  test('ends as a fresh run would in which the kept steps gave what they gave; none of them runs', () => {
    fc.assert(
      fc.property(randomRun, orders, starts, (run, order, start) => {
        expectSameAsFresh(run, play(run, { order }), start, order);
      }),
      runs,
    );
  });

  test('the same after it was cancelled, and after it was repeated before', () => {
    fc.assert(
      fc.property(randomRun, orders, starts, starts, fc.nat(40), (run, order, first, second, moment) => {
        const before = (driver: RunDriver, turn: number) =>
          turn === moment
            ? ({ type: 'CancelRequested', at: driver.now, reason: 'enough', graceMs: 1_000 } as const)
            : undefined;
        const old = playWith(run, { order, before, may: ({ kind }) => kind !== 'timer' || moment > 20 });
        expectSameAsFresh(run, old, first, order);
        const kept = keptSteps(old, old.graph, fromOf(old, first));
        const again = playWith(run, { order, kept });
        expectSameAsFresh(run, again, second, order);
      }),
      runs,
    );
  });

  test('keeps scatters and loops whole, and nothing that comes after a step that runs again', () => {
    fc.assert(
      fc.property(randomRun, orders, starts, (run, order, start) => {
        const old = play(run, { order });
        const { graph } = old;
        const kept = keptSteps(old, graph, fromOf(old, start));
        const units = unitsOf(graph);
        const isKept = (index: number) => Object.hasOwn(kept, graph.actions[index]!.ref);
        for (const { index, incoming } of graph.actions) {
          expect(isKept(index)).toBe(isKept(units[index]!));
          if (isKept(index)) for (const { from } of incoming) expect(isKept(from)).toBe(true);
        }
        if (start !== undefined)
          expect(isKept(graph.byRef.get((fromOf(old, start) as { ref: string }).ref)!.index)).toBe(false);
      }),
      runs,
    );
  });
});
