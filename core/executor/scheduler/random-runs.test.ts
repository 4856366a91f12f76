import { parseJson, stringifyJson } from '@backplane/sdk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Command } from './command.ts';
import { newRunState } from './initial-state.ts';
import { play, randomRun } from './random-run.fixture.ts';
import { reduce } from './reduce.ts';
import type { RunDriver } from './run-driver.fixture.ts';
import type { RunState } from './state.ts';

const orders = fc.integer({ min: 0, max: 1_000_000 });
const runs = { numRuns: 300 };

/** What must not depend on the order in which answers arrive. */
function outcome({ state, graph }: RunDriver): unknown {
  if (state.status !== 'completed') return state.status;
  const steps = graph.actions.map(({ index }) => {
    const { status, attempts, rounds, result, error } = state.steps[index]!;
    return { status, attempts, rounds, result, error };
  });
  return { steps, edges: state.edges, result: state.result };
}

describe('any workflow, whatever its steps do', () => {
  test('ends, says so once, and leaves nothing pending', () => {
    fc.assert(
      fc.property(randomRun, orders, (run, order) => {
        const { state, commands } = play(run, { order });
        const ends = commands.filter(({ type }) => type === 'CompleteRun' || type === 'FailRun');
        expect(ends).toHaveLength(1);
        expect(commands.at(-1)).toBe(ends[0]);
        expect(state).toMatchObject({ pending: {}, ready: [], running: 0 });
        for (const { status } of state.steps) expect(['completed', 'failed', 'skipped', 'cancelled']).toContain(status);
      }),
      runs,
    );
  });

  test('runs a step only when its edges and its join allow it, and decides every edge by how the step before ended', () => {
    fc.assert(
      fc.property(randomRun, orders, (run, order) => {
        const { state, graph } = play(run, { order });
        for (const action of graph.actions) {
          const { status, attempts } = state.steps[action.index]!;
          const visited = action.incoming.filter(({ key }) => state.edges[key] === 'visited').length;
          if (attempts > 0 && action.incoming.length > 0) {
            expect(visited).toBeGreaterThanOrEqual(action.join === 'all' ? action.incoming.length : 1);
          }
          if (status === 'skipped' && action.runIf === undefined) expect(visited).toBe(0);
          if (state.status !== 'completed') continue;
          expect(status).not.toBe('cancelled');
          const taken = { completed: 'success', failed: 'error' }[status as string];
          for (const { key, on } of action.outgoing)
            expect(state.edges[key]).toBe(on === taken ? 'visited' : 'skipped');
        }
      }),
      runs,
    );
  });

  test('numbers its commands in order and keeps within the window of every loop', () => {
    fc.assert(
      fc.property(randomRun, orders, (run, order) => {
        const played = play(run, { order });
        const numbered = played.commands.filter(({ type }) => type === 'RunAction' || type === 'StartTimer') as {
          seq: number;
        }[];
        expect(numbered.map(({ seq }) => seq)).toEqual(numbered.map((_, index) => index + 1));
        const state = newRunState();
        for (const event of played.events) {
          reduce(played.graph, state, event);
          for (const action of played.graph.actions) {
            const { loop } = state.steps[action.index] ?? {};
            if (loop !== undefined) expect(loop.inFlight).toBeLessThanOrEqual(action.forEachConcurrency);
          }
        }
      }),
      runs,
    );
  });

  test('comes to the same end in whatever order answers arrive', () => {
    fc.assert(
      fc.property(randomRun, orders, orders, (run, one, other) => {
        expect(outcome(play(run, { order: one }))).toEqual(outcome(play(run, { order: other })));
      }),
      runs,
    );
  });

  test('does not notice answers that arrive twice', () => {
    fc.assert(
      fc.property(randomRun, orders, (run, order) => {
        const once = play(run, { order });
        const twice = play(run, { order, twice: true });
        expect(twice.commands).toEqual(once.commands);
        expect(twice.state).toEqual(once.state);
      }),
      runs,
    );
  });

  test('goes on as if nothing had happened after a crash at any moment: from a snapshot, and from its events', () => {
    fc.assert(
      fc.property(randomRun, orders, (run, order) => {
        const played = play(run, { order });
        const snapshots = play(run, { order, snapshots: true });
        expect(snapshots.commands).toEqual(played.commands);
        expect(snapshots.state).toEqual(parseJson(stringifyJson(played.state)));
        for (let crash = 0; crash <= played.events.length; crash++) {
          let state = newRunState();
          const commands: Command[] = [];
          for (const [index, event] of played.events.entries()) {
            if (index === crash) state = parseJson(stringifyJson(state)) as RunState;
            commands.push(...reduce(played.graph, state, event));
          }
          expect(commands).toEqual(played.commands);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('stops at once when it is cancelled, at any moment', () => {
    fc.assert(
      fc.property(randomRun, orders, fc.nat(40), (run, order, moment) => {
        const { graph, events } = play(run, { order });
        const state = newRunState();
        for (const event of events.slice(0, moment + 1)) reduce(graph, state, event);
        if (state.status !== 'running') return;
        const pending = Object.keys(state.pending).map(Number);
        const commands = reduce(graph, state, { type: 'CancelRequested', at: state.now, reason: 'enough' });
        expect(commands).toEqual([
          ...pending.map((seq) => ({ type: 'CancelAction', seq })),
          { type: 'CancelRun', reason: 'enough' },
        ]);
        for (const event of events.slice(moment + 1)) expect(reduce(graph, state, event)).toEqual([]);
      }),
      runs,
    );
  });
});
