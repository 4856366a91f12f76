import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Findings } from '../../language/source/findings.ts';
import { parseYaml } from '../../language/source/parse-yaml.ts';
import { checkFlow } from '../../workflow/check/flow/check-flow.ts';
import { DecisionDiagrams } from '../../workflow/check/flow/decision-diagrams.ts';
import { edgesOf } from '../../workflow/edges-of.ts';
import { scopesOf } from '../../workflow/scopes.ts';
import { hash32 } from './deterministic-random.ts';
import { play, randomRun } from './random-run.fixture.ts';
import { RunDriver, type TestAction, workflow } from './run-driver.fixture.ts';
import type { StepState } from './state.ts';

/** By ref: what the check says of it. */
function advice(actions: readonly TestAction[], most?: number): ReadonlyMap<string, ReadonlySet<string>> {
  const definition = workflow(actions);
  const edges = edgesOf(definition.actions);
  // One line an action, so that the place of a finding tells whose it is.
  const source = parseYaml(`actions:\n${actions.map(({ ref }) => `- {ref: ${ref}}`).join('\n')}\n`, 'x.yaml');
  const findings = new Findings(source);
  const diagrams = new DecisionDiagrams(most === undefined ? {} : { most });
  const scopes = scopesOf(definition.actions, edges);
  checkFlow(findings, { actions: definition.actions, path: [], edges, scopes, strict: false, diagrams });
  const said = new Map(actions.map(({ ref }) => [ref, new Set<string>()]));
  for (const { code, position } of findings.problems) said.get(actions[position.line - 2]!.ref)!.add(code);
  return said;
}

interface Seen {
  /** Steps that broke because a dependency did not come. */
  readonly broken: ReadonlySet<string>;
  /** Steps that did their work, well or not; of gathers those that collected in a stream. */
  readonly worked: ReadonlySet<string>;
  /** Gathers that put together what their streams gave. */
  readonly gathered: ReadonlySet<string>;
}

function seen({ state, graph }: RunDriver): Seen {
  const [broken, worked, gathered] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const note = (index: number, step: StepState, scatter: number | undefined) => {
    const { ref, control } = graph.actions[index]!;
    if (step.error?.code === 'WORKFLOW_STEP_UNREACHABLE') broken.add(ref);
    else if (step.status !== 'completed' && (step.status !== 'failed' || step.startedAt === undefined)) return;
    else if (control?.kind === 'gather' && control.scatter !== scatter) gathered.add(ref);
    else worked.add(ref);
  };
  for (const [index, step] of state.steps.entries()) note(index, step, undefined);
  for (const { steps, scatter } of Object.values(state.streams)) {
    for (const [index, step] of Object.entries(steps)) note(Number(index), step, scatter);
  }
  return { broken, worked, gathered };
}

/** What the check says holds for what the run did. */
function expectTrue(said: ReturnType<typeof advice>, { broken, worked, gathered }: Seen): void {
  for (const [ref, codes] of said) {
    if (!codes.has('WORKFLOW_JOIN_NEVER') && !codes.has('WORKFLOW_JOIN_MAY_BREAK')) expect(broken).not.toContain(ref);
    if (codes.has('WORKFLOW_JOIN_NEVER') || codes.has('WORKFLOW_STEP_NEVER_RUNS')) expect(worked).not.toContain(ref);
    if (codes.has('WORKFLOW_STEP_NEVER_RUNS')) expect(gathered).not.toContain(ref);
  }
}

const CONDITIONS = [
  undefined,
  undefined,
  undefined,
  '${{ TRIGGER.a }}',
  '${{ not TRIGGER.a }}',
  '${{ TRIGGER.b }}',
  '${{ TRIGGER.a && TRIGGER.b }}',
  '${{ TRIGGER.a || TRIGGER.b }}',
  '${{ TRIGGER.c == 1 }}',
  '${{ TRIGGER.c != 1 }}',
  '${{ 1 > 2 }}',
  false,
] as const;

/** Small graphs of plain steps, so that everything that can happen in them can be tried. */
const smallGraph: fc.Arbitrary<readonly TestAction[]> = fc
  .array(
    fc.record({
      edges: fc.array(fc.nat(13), { maxLength: 3 }),
      runIf: fc.constantFrom(...CONDITIONS),
      joinStrategy: fc.constantFrom('all' as const, 'all' as const, 'any' as const),
    }),
    { minLength: 2, maxLength: 5 },
  )
  .map((steps) =>
    steps.map(({ edges, runIf, joinStrategy }, index) => {
      const names =
        index === 0 ? [] : edges.map((edge) => `s${Math.floor(edge / 2) % index}${edge % 2 === 0 ? '' : '.error'}`);
      return { ref: `s${index}`, after: [...new Set(names)], joinStrategy, ...(runIf !== undefined && { runIf }) };
    }),
  );

/** A run in which exactly these steps fail. Steps that stand first in `order` answer first. */
function playWith(
  actions: readonly TestAction[],
  failing: ReadonlySet<string>,
  trigger: unknown,
  order: Order,
): RunDriver {
  const run = new RunDriver(workflow(actions));
  run.start(trigger);
  while (run.state.status === 'running') {
    const ref = run.inFlight().toSorted((one, other) => order(one) - order(other))[0]!;
    if (failing.has(ref)) run.fail(ref);
    else run.complete(ref);
  }
  return run;
}

type Order = (ref: string) => number;

/** Every choice of failures and inputs. */
function* everyRun(actions: readonly TestAction[], order: Order): Generator<RunDriver> {
  for (let mask = 0; mask < 1 << actions.length; mask++) {
    const failing = new Set(actions.filter((_, index) => (mask & (1 << index)) !== 0).map(({ ref }) => ref));
    for (let bits = 0; bits < 8; bits++) {
      yield playWith(actions, failing, { a: bits & 1, b: bits & 2, c: bits >> 2 }, order);
    }
  }
}

/** The step itself, and all from which it may have its turn. */
function upTo(ref: string, actions: readonly TestAction[]): ReadonlySet<string> {
  const found = new Set([ref]);
  for (const one of found) {
    for (const name of actions.find((action) => action.ref === one)!.after!) found.add(name.replace('.error', ''));
  }
  return found;
}

const BREAKS = ['WORKFLOW_JOIN_NEVER', 'WORKFLOW_JOIN_MAY_BREAK'] as const;

describe('what the check says of joins and dead steps', () => {
  test('holds in every run of a small graph, whatever fails, whatever the conditions give, in whatever order', () => {
    fc.assert(
      fc.property(smallGraph, fc.nat(9999), (actions, order) => {
        const said = advice(actions);
        for (const run of everyRun(actions, (ref) => hash32(`${order}/${ref}`))) expectTrue(said, seen(run));
      }),
      { numRuns: 25 },
    );
  });

  test('is said of nothing but what does happen: what may break breaks in some run, and what is not called dead works in some', () => {
    fc.assert(
      fc.property(smallGraph, fc.nat(4), (actions, at) => {
        const said = advice(actions);
        const { ref } = actions[at % actions.length]!;
        const before = upTo(ref, actions);
        // A run ends at the first step that breaks; what else would have happened in it is not to be seen.
        fc.pre([...said].every(([other, codes]) => before.has(other) || !BREAKS.some((code) => codes.has(code))));
        const [broken, worked] = [new Set<string>(), new Set<string>()];
        for (const run of everyRun(actions, (other) => (before.has(other) ? 0 : 1))) {
          const what = seen(run);
          for (const one of what.broken) broken.add(one);
          for (const one of what.worked) worked.add(one);
        }
        const codes = said.get(ref)!;
        const isDead = codes.has('WORKFLOW_STEP_NEVER_RUNS') || codes.has('WORKFLOW_JOIN_NEVER');
        expect({ breaks: broken.has(ref), works: worked.has(ref) }).toEqual({
          breaks: BREAKS.some((code) => codes.has(code)),
          works: !isDead,
        });
      }),
      { numRuns: 60 },
    );
  });

  test('holds in runs with scatters, loops and subflows', () => {
    fc.assert(
      fc.property(randomRun, fc.nat(9999), (run, order) => {
        expectTrue(advice(run.actions), seen(play(run, { order })));
      }),
      { numRuns: 500 },
    );
  });

  test('holds as well where there are too many conditions to decide', () => {
    fc.assert(
      fc.property(smallGraph, fc.nat(9999), (actions, order) => {
        const said = advice(actions, 4);
        for (const run of everyRun(actions, (ref) => hash32(`${order}/${ref}`))) expectTrue(said, seen(run));
      }),
      { numRuns: 15 },
    );
  });
});
