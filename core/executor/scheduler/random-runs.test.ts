import { parseJson, stringifyJson } from '@backplane/sdk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { edgesOf } from '../../workflow/edges-of.ts';
import type { GraphAction } from '../../workflow/graph.ts';
import { scopesOf } from '../../workflow/scopes.ts';
import { idempotencyKey } from '../idempotency-key.ts';
import type { Command } from './command.ts';
import { newRunState } from './initial-state.ts';
import { openInteractions, play, randomRun } from './random-run.fixture.ts';
import { reduce } from './reduce.ts';
import { type RunDriver, workflow } from './run-driver.fixture.ts';
import type { Frame, RunState, StepState, StreamState } from './state.ts';

const orders = fc.integer({ min: 0, max: 1_000_000 });
const runs = { numRuns: 300 };

/** What must not depend on the order in which answers arrive: all, except what a failed stream had done by then. */
function outcome({ state, graph }: RunDriver): unknown {
  if (state.status !== 'completed') return state.status;
  const lost = Object.values(state.streams).some(({ status }) => status === 'failed');
  const view = ({ status, attempts, rounds, result, error, pass }: StepState) => {
    return lost ? { status, pass } : { status, attempts, rounds, result, error, pass };
  };
  const steps = graph.regions[0]!.members.map((index) => view(state.steps[index]!));
  const streams = Object.entries(state.streams)
    .filter(([id]) => !hasFailed(state, state.streams[id]!.parent))
    .map(([id, stream]) => [
      id,
      stream.status,
      ...(stream.status === 'failed' ? [] : Object.values(stream.steps).map(view)),
    ]);
  return { steps, streams: streams.toSorted(), edges: state.edges, ...(!lost && { result: state.result }) };
}

function hasFailed(state: RunState, id: string | undefined): boolean {
  if (id === undefined) return false;
  const { status, parent } = state.streams[id]!;
  return status === 'failed' || hasFailed(state, parent);
}

function hasStopped(frame: Frame): boolean {
  return (frame as Partial<StreamState>).status !== 'completed';
}

/** The run itself and its streams, each with the actions that have their state there. */
function framesOf({
  state,
  graph,
}: Pick<RunDriver, 'state' | 'graph'>): readonly (readonly [Frame, readonly GraphAction[]])[] {
  const membersOf = (scatter: number | undefined) => {
    const region = graph.regions.find((candidate) => candidate.scatter === scatter)!;
    return region.members.map((index) => graph.actions[index]!);
  };
  const streams = Object.values(state.streams).map((stream) => [stream, membersOf(stream.scatter)] as const);
  return [[state, membersOf(undefined)], ...streams];
}

describe('any workflow, whatever its steps do', () => {
  test('keeps to the rules of scopes that the check enforces, so that these tests say something about real workflows', () => {
    fc.assert(
      fc.property(randomRun, ({ actions }) => {
        const definition = workflow(actions);
        const scopes = scopesOf(definition.actions, edgesOf(definition.actions));
        expect(scopes.conflicts).toEqual([]);
        for (const { kind, closers } of scopes.all) if (kind !== 'root') expect(closers).toHaveLength(1);
      }),
      runs,
    );
  });

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
        const played = play(run, { order });
        for (const [frame, actions] of framesOf(played)) {
          for (const action of actions) {
            const { status, attempts } = frame.steps[action.index] ?? { status: 'waiting', attempts: 0 };
            const visited = action.incoming.filter(({ key }) => frame.edges[key] === 'visited').length;
            if (attempts > 0 && action.incoming.length > 0) {
              expect(visited).toBeGreaterThanOrEqual(action.join === 'all' ? action.incoming.length : 1);
            }
            if (action.control?.kind === 'gather') continue;
            if (status === 'skipped' && action.runIf === undefined) expect(visited).toBe(0);
            if (played.state.status !== 'completed' || hasStopped(frame)) continue;
            expect(['completed', 'failed', 'skipped']).toContain(status);
            const taken = { completed: 'success', failed: 'error' }[status as string];
            for (const { key, on } of action.outgoing) {
              if (action.control?.kind === 'scatter' && on === 'success') continue;
              expect(frame.edges[key]).toBe(on === taken ? 'visited' : 'skipped');
            }
          }
        }
      }),
      runs,
    );
  });

  test('numbers its commands in order and keeps within the window of every loop, and of the run', () => {
    fc.assert(
      fc.property(randomRun, orders, (run, order) => {
        const played = play(run, { order });
        const numbered = played.commands.filter(({ type }) =>
          ['RunAction', 'StartChild', 'StartTimer'].includes(type),
        ) as {
          seq: number;
        }[];
        expect(numbered.map(({ seq }) => seq)).toEqual(numbered.map((_, index) => index + 1));
        const state = newRunState();
        for (const event of played.events) {
          reduce(played.graph, state, event);
          if (state.status !== 'running') continue;
          const working = Object.values(state.pending).filter(({ kind }) => kind !== 'timer');
          expect(state.running).toBe(working.length);
          for (const [frame, actions] of framesOf({ state, graph: played.graph })) {
            for (const action of actions) {
              const { loop } = frame.steps[action.index] ?? {};
              const window = loop?.runs?.window ?? action.forEachConcurrency;
              if (loop !== undefined) expect(loop.inFlight).toBeLessThanOrEqual(window);
            }
          }
        }
      }),
      runs,
    );
  });

  test('keeps its streams in order: known by their place, all ended with the run, their commands forgotten', () => {
    fc.assert(
      fc.property(randomRun, orders, (run, order) => {
        const { state, graph } = play(run, { order });
        expect(Object.keys(state.streams)).toHaveLength(state.streamCount);
        for (const [id, stream] of Object.entries(state.streams)) {
          const prefix = stream.parent === undefined ? '' : `${stream.parent}/`;
          expect(id.replace(/@\d+(?=:\d+$)/, '')).toBe(`${prefix}${graph.actions[stream.scatter]!.ref}:${stream.item}`);
          expect(stream.status).not.toBe('running');
          expect(stream.pending).toEqual([]);
          if (state.status === 'completed' && stream.status === 'completed') expect(stream.remaining).toBe(0);
          if (stream.parent !== undefined) expect(state.streams).toHaveProperty([stream.parent]);
        }
      }),
      runs,
    );
  });

  test('gives every piece of work an idempotency key of its own', () => {
    fc.assert(
      fc.property(randomRun, orders, (run, order) => {
        const { graph, commands } = play(run, { order });
        const keys = commands
          .filter((command) => command.type === 'RunAction')
          .map((command) => `${idempotencyKey('r', graph.actions[command.action]!.ref, command)} ${command.attempt}`);
        expect(new Set(keys).size).toBe(keys.length);
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
        const stride = Math.ceil(played.events.length / 40);
        for (let crash = 0; crash <= played.events.length; crash += stride) {
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

  test('asks each question under an id of its own, and answers to none change a thing once it is closed', () => {
    fc.assert(
      fc.property(randomRun, orders, (run, order) => {
        const { graph, events, commands } = play(run, { order });
        const opened = commands.filter(
          (command) =>
            command.type === 'IndexInteraction' &&
            command.interaction.status === 'open' &&
            command.interaction.decisions.length === 0,
        );
        const ids = opened.map((command) => command.type === 'IndexInteraction' && command.interaction.id);
        expect(new Set(ids).size).toBe(ids.length);
        const state = newRunState();
        for (const event of events) {
          reduce(graph, state, event);
          if (event.type !== 'SignalReceived' || openInteractions(state).some(({ id }) => id === event.interaction))
            continue;
          const before = stringifyJson(state);
          const late = { ...event, answer: { ...event.answer, id: 'late', approver: 'late' } };
          expect(reduce(graph, state, late)).toEqual([]);
          expect(stringifyJson(state)).toBe(before);
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
        const asked = openInteractions(state).map(({ id }) => id);
        const commands = reduce(graph, state, { type: 'CancelRequested', at: state.now, reason: 'enough' });
        const closed = commands.filter((command) => command.type === 'IndexInteraction');
        expect(closed.map(({ interaction }) => interaction.id).toSorted()).toEqual(asked.toSorted());
        for (const { interaction } of closed) expect(interaction.status).toBe('cancelled');
        expect(commands.filter(({ type }) => type !== 'IndexInteraction')).toEqual([
          ...pending.map((seq) => ({ type: 'CancelAction', seq })),
          { type: 'CancelRun', reason: 'enough' },
        ]);
        for (const event of events.slice(moment + 1)) expect(reduce(graph, state, event)).toEqual([]);
      }),
      runs,
    );
  });
});
