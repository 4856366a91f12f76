import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileWorkflow } from '../../workflow/compile-workflow.ts';
import type { ConcurrencyDefinition } from '../../workflow/workflow-definition.ts';
import { request } from '../engine.fixture.ts';
import { workflow } from '../scheduler/run-driver.fixture.ts';
import { type LiveRun, newLiveRun } from './live-run.ts';
import { RunLimits } from './run-limits.ts';

/** Runs of one workflow, as they come and go. */
class Traffic {
  readonly limits = new RunLimits({
    admit: (run) => {
      delete run.state.queued;
      this.admitted.push(run.runId);
    },
    cancel: (run, reason) => {
      run.state.cancel = { since: 0, reason };
    },
  });
  readonly admitted: string[] = [];
  readonly live: LiveRun[] = [];
  readonly #definition: ReturnType<typeof workflow>;
  #count = 0;

  constructor(concurrency: Partial<ConcurrencyDefinition>) {
    const config = {
      environment: 'default',
      timeout: 0,
      concurrency: { limit: 2, key: '${{ TRIGGER }}', onLimit: 'queue', ...concurrency } as const,
    };
    this.#definition = workflow([{ ref: 'a' }], { config });
  }

  arrive(key: number): LiveRun {
    const graph = compileWorkflow(this.#definition);
    const placement = this.limits.placementOf(request(this.#definition, { trigger: key }), graph.concurrency, {});
    const run = newLiveRun(`run-${String(this.#count++).padStart(6, '0')}`, { workflow: 'test', version: 1 }, graph);
    run.state.startedAt = this.#count;
    Object.assign(run.state, placement);
    this.limits.add(run);
    this.live.push(run);
    return run;
  }

  store(run: LiveRun): void {
    run.durable = 1;
    this.limits.started(run);
  }

  end(run: LiveRun): void {
    this.live.splice(this.live.indexOf(run), 1);
    this.limits.remove(run);
  }

  of(key: string | undefined): { readonly active: readonly LiveRun[]; readonly queued: readonly LiveRun[] } {
    const own = this.live.filter(({ state }) => state.concurrencyKey === key);
    return { active: own.filter(({ state }) => !state.queued), queued: own.filter(({ state }) => state.queued) };
  }
}

/** What happens, one after the other: a run of a key comes, becomes durable or ends. */
const happenings = fc.array(
  fc.record({ what: fc.constantFrom('arrive', 'arrive', 'store', 'end'), which: fc.nat(1_000) }),
  { maxLength: 120 },
);

test('never more runs of a key than its limit; a place that is free is taken by the one that came first', () => {
  fc.assert(
    fc.property(happenings, fc.integer({ min: 1, max: 4 }), (all, limit) => {
      const traffic = new Traffic({ limit });
      traffic.limits.recovered();
      for (const { what, which } of all) {
        const run = traffic.live[which % Math.max(1, traffic.live.length)];
        if (what === 'arrive') traffic.arrive(which % 3);
        else if (run !== undefined && what === 'store') traffic.store(run);
        else if (run !== undefined && run.durable > 0) traffic.end(run);
        for (const key of ['0', '1', '2']) {
          const { active, queued } = traffic.of(key);
          expect(active.length).toBeLessThanOrEqual(limit);
          if (active.length < limit) expect(queued[0]?.durable ?? 0).toBe(0);
        }
      }
      expect(new Set(traffic.admitted).size).toBe(traffic.admitted.length);
    }),
  );
});

test('runs of one key begin in order of arrival', () => {
  const traffic = new Traffic({ limit: 1 });
  traffic.limits.recovered();
  const runs = Array.from({ length: 20 }, () => traffic.arrive(1));
  for (const run of runs.toReversed()) traffic.store(run);
  for (const run of runs) traffic.end(run);
  expect(traffic.admitted).toEqual(runs.slice(1).map(({ runId }) => runId));
});

test('with cancel_oldest no more than the limit are left that nobody has asked to stop, and these are the newest', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 12 }), (limit, count) => {
      const traffic = new Traffic({ limit, onLimit: 'cancel_oldest' });
      traffic.limits.recovered();
      const runs = Array.from({ length: count }, () => {
        const run = traffic.arrive(1);
        traffic.store(run);
        return run;
      });
      const left = runs.filter(({ state }) => state.cancel === undefined);
      expect(left).toEqual(runs.slice(-limit));
      for (const run of runs) if (run.state.cancel !== undefined) traffic.end(run);
      expect(traffic.of('1').queued).toEqual([]);
    }),
  );
});

test('runs that come back after a restart in any order go on in the order in which they came', () => {
  const before = new Traffic({ limit: 1 });
  const runs = Array.from({ length: 6 }, () => before.arrive(1));
  for (const run of runs) run.durable = 1;
  const after = new Traffic({ limit: 1 });
  for (const run of [3, 1, 0, 5, 2, 4]) {
    after.limits.add(runs[run]!);
    after.live.push(runs[run]!);
  }
  expect(after.admitted).toEqual([]);
  after.limits.recovered();
  for (const run of runs) after.end(run);
  expect(after.admitted).toEqual(runs.slice(1).map(({ runId }) => runId));
});
