import fc from 'fast-check';
import type { InteractionDefinition, WorkflowDefinition } from '../../workflow/workflow-definition.ts';
import { hash32 } from './deterministic-random.ts';
import type { RunEvent, RunStarted, SignalReceived } from './event.ts';
import { stepOfInteraction } from './interaction-id.ts';
import type { InteractionState } from './interaction-state.ts';
import { RunDriver, type TestAction, workflow } from './run-driver.fixture.ts';
import type { Frame, Pending, RunState } from './state.ts';

/** A random workflow, and what each of its steps will do: how often it fails before it succeeds, by item. */
export interface RandomRun {
  readonly actions: readonly TestAction[];
  /** By action: failures before the first success of a round. */
  readonly failures: readonly number[];
}

/** A random workflow with scatters and loops inside each other; few numbers decide everything, so that it shrinks. */
export const randomRun: fc.Arbitrary<RandomRun> = fc
  .record({
    size: fc.integer({ min: 1, max: 10 }),
    choices: fc.array(fc.nat(9999), { minLength: 20, maxLength: 120 }),
    failures: fc.array(fc.constantFrom(0, 0, 0, 0, 0, 1, 2, 5), { minLength: 40, maxLength: 40 }),
  })
  .map(({ size, choices, failures }) => ({ actions: new RandomWorkflow(size, choices).actions, failures }));

/** An action, or a whole scatter or loop, as others of its scope see it. */
interface Block {
  readonly entry: string;
  readonly exit: string;
}

class RandomWorkflow {
  readonly actions: TestAction[] = [];
  readonly #choices: readonly number[];
  #used = 0;
  #left: number;

  constructor(size: number, choices: readonly number[]) {
    this.#choices = choices;
    this.#left = size;
    this.#scope(undefined, 0, size);
  }

  #choose(count: number): number {
    const at = this.#used++;
    return (this.#choices[at % this.#choices.length]! + Math.floor(at / this.#choices.length)) % count;
  }

  #oneOf<T>(...values: readonly T[]): T {
    return values[this.#choose(values.length)]!;
  }

  /** Some actions that depend on each other and, in the end, on what opened the scope. Gives their exits. */
  #scope(opener: string | undefined, depth: number, most: number): readonly string[] {
    const exits: string[] = [];
    const count = opener === undefined ? most : 1 + this.#choose(3);
    for (let i = 0; i < count && this.#left > 0; i++) {
      const after = exits
        .flatMap((ref) => [ref, `${ref}.error`])
        .filter(() => this.#choose(3) === 0)
        .slice(0, 4);
      if (after.length === 0 && opener !== undefined) after.push(opener);
      exits.push(this.#block(after, depth).exit);
    }
    return exits;
  }

  #block(after: readonly string[], depth: number): Block {
    const kind = depth > 2 ? 0 : this.#choose(5);
    this.#left--;
    if (kind === 3) return this.#scatter(after, depth);
    if (kind === 4) return this.#loop(after, depth);
    return this.#plain(after);
  }

  #scatter(after: readonly string[], depth: number): Block {
    const items = Array.from({ length: this.#choose(4) }, (_, item) => item);
    const interval = this.#oneOf(0, 0, 2);
    const entry = this.#add({ action: 'core.transform.scatter', args: { collection: items, interval }, after });
    const exits = this.#scope(entry, depth + 1, 3);
    const inside = exits.length === 0 ? [entry] : exits.filter((_, index) => index === 0 || this.#choose(2) === 0);
    const args = {
      items: `\${{ ACTIONS.${entry}.result }}`,
      error_strategy: this.#oneOf('partition', 'include', 'drop', 'raise'),
    };
    return { entry, exit: this.#add({ action: 'core.transform.gather', args, after: inside }) };
  }

  #loop(after: readonly string[], depth: number): Block {
    const entry = this.#add({ action: 'core.loop.start', after });
    const exits = this.#scope(entry, depth + 1, 3);
    const condition = `\${{ ACTIONS.${entry}.result.iteration < ${this.#choose(3)} }}`;
    const args = { condition, max_iterations: this.#oneOf(9, 9, 2) };
    return { entry, exit: this.#add({ action: 'core.loop.end', args, after: exits.length === 0 ? [entry] : exits }) };
  }

  #plain(after: readonly string[]): Block {
    const ref = `s${this.actions.length}`;
    const isSubflow = this.#choose(4) === 0;
    const items = this.#oneOf(undefined, undefined, 0, 3, 5);
    const asks = items === undefined && this.#choose(4) === 0;
    const polls = items === undefined && this.#choose(4) === 0;
    this.#add({
      after,
      startDelay: this.#oneOf(0, 0, 0, 1),
      ...(isSubflow && { action: 'core.workflow.execute', args: this.#subflow() }),
      ...(asks && { interaction: this.#interaction() }),
      forEachConcurrency: 1 + this.#choose(3),
      ...(items !== undefined && { forEach: [`\${{ for var.x in ${JSON.stringify(new Array(items).fill(7))} }}`] }),
      retry: {
        maxAttempts: 1 + this.#choose(3),
        ...(polls && { retryUntil: `\${{ ACTIONS.${ref}.result.round != 0 }}` }),
      },
    });
    return { entry: ref, exit: ref };
  }

  /** Those with a time limit are never answered: which comes first would decide how the run ends. */
  #interaction(): InteractionDefinition {
    const approveIf = this.#oneOf(undefined, undefined, '${{ interaction.data }}');
    return {
      type: this.#oneOf('response', 'approval'),
      requiredApprovers: 1 + this.#choose(3),
      approverGroups: this.#oneOf([], [], ['ops']),
      ...(this.#choose(4) === 0 && { timeout: 60 }),
      ...(approveIf !== undefined && { approveIf }),
    };
  }

  #subflow(): Readonly<Record<string, unknown>> {
    return {
      // One in eight cannot even be asked for.
      workflow: this.#oneOf('w', 'w', 'w', 'w', 'w', 'w', 'w', ''),
      trigger_inputs: '${{ ENV.workflow.run_id }}',
      wait_strategy: this.#oneOf(null, 'wait', 'detach'),
      loop_strategy: this.#oneOf('batch', 'parallel', 'sequential'),
      batch_size: 1 + this.#choose(3),
      fail_strategy: this.#oneOf('isolated', 'all'),
    };
  }

  #add(action: Omit<TestAction, 'ref'>): string {
    const ref = `s${this.actions.length}`;
    const runIf = this.#oneOf<unknown>(undefined, undefined, undefined, undefined, false, '${{ TRIGGER.yes }}');
    const joinStrategy = this.#oneOf('any' as const, 'any' as const, 'all' as const);
    this.actions.push({ ref, joinStrategy, ...(runIf !== undefined && { runIf }), ...action });
    return ref;
  }
}

export interface PlayOptions {
  /** Decides which of the pending commands is answered next. */
  readonly order: number;
  /** Answers everything twice. */
  readonly twice?: boolean;
  /** Passes the state through JSON before every event. */
  readonly snapshots?: boolean;
}

/** Plays a run to its end: every attempt answers as `failures` says, in an order that `order` decides. */
export function play(
  { actions, failures }: RandomRun,
  { order, twice = false, snapshots = false }: PlayOptions,
): RunDriver {
  const run = new RunDriver(definitionOf(actions));
  const feed = snapshots ? run.feed.bind(run) : run.feedWithoutSnapshot.bind(run);
  feed(startEvent(run));
  for (let turn = 0; run.state.status === 'running'; turn++) {
    if (turn > 10_000) throw new Error('the run does not end');
    const event = nextAnswer(run, failures, hash32(`${order}/${turn}`))!;
    feed(event);
    if (twice) feed({ ...event, at: run.now + 1 });
  }
  return run;
}

export function definitionOf(actions: RandomRun['actions']): WorkflowDefinition {
  return workflow(actions, { returns: { all: '${{ ACTIONS.*.result }}' } });
}

export function startEvent(run: RunDriver, more: Partial<RunStarted> = {}): RunStarted {
  const trigger = { yes: true };
  return { type: 'RunStarted', at: run.now, runId: 'run-1', trigger, triggerType: 'api', env: {}, ...more };
}

/** One of the answers that may come next; `draw` decides which. Undefined when nothing is pending that `may` be answered. */
export function nextAnswer(
  run: RunDriver,
  failures: readonly number[],
  draw: number,
  may: (pending: Pending) => boolean = () => true,
): RunEvent | undefined {
  const pending = Object.entries(run.state.pending).filter(([, what]) => may(what));
  const asked = openInteractions(run.state).filter(({ deadline }) => deadline === undefined);
  if (pending.length + asked.length === 0) return undefined;
  const choice = draw % (pending.length + asked.length);
  run.now += 1;
  if (choice >= pending.length) return signalFor(run, asked[choice - pending.length]!, failures);
  const [key, what] = pending[choice]!;
  const seq = Number(key);
  if (what.kind !== 'timer') return answer(run, seq, what, failures);
  run.now = Math.max(run.now, run.timers().find((timer) => timer.seq === seq)!.fireAt);
  return { type: 'TimerFired', at: run.now, seq };
}

/** What the run asks people at this moment. */
export function openInteractions({ steps, streams }: RunState): readonly InteractionState[] {
  const frames: readonly Frame[] = [{ steps } as unknown as Frame, ...Object.values(streams)];
  return frames.flatMap((frame) =>
    Object.values(frame.steps).flatMap(({ interaction }) => (interaction?.status === 'open' ? [interaction] : [])),
  );
}

/** One person after the other says yes; of a step that fails often, the second says no. */
function signalFor(
  { now, graph, state }: RunDriver,
  { id, type, decisions }: InteractionState,
  failures: readonly number[],
): SignalReceived {
  const { ref } = stepOfInteraction(state.runId, id)!;
  const nth = decisions.length;
  const says = nth === 1 && failures[graph.byRef.get(ref)!.index]! > 1 ? 'reject' : 'approve';
  const answer = { id: `${id}/${nth}`, approver: `person ${nth}`, via: 'api', groups: ['ops'], data: nth + 1 } as const;
  const decision = type === 'approval' ? ({ decision: says } as const) : {};
  return { type: 'SignalReceived', at: now, interaction: id, answer: { ...answer, ...decision } };
}

function answer(run: RunDriver, seq: number, work: Exclude<Pending, { kind: 'timer' }>, failures: readonly number[]) {
  const { ref } = run.graph.actions[work.action]!;
  const { attempt, item = 0, round = 0, stream = '0' } = work;
  // Only every second item and stream fails, so that there are both kinds.
  const fails = item % 2 === 0 && Number(stream.at(-1)) % 2 === 0 && attempt <= failures[work.action]!;
  const error = { code: 'TEST_FAILED', message: `${ref} attempt ${attempt}` };
  if (work.kind === 'child') {
    const runId = [ref, stream, work.pass, item, round, attempt].join('/');
    const asked = work.runId === undefined;
    if (fails && !(asked && work.wait)) return { type: 'ChildFailed', at: run.now, seq, error } as const;
    if (asked) return { type: 'ChildStarted', at: run.now, seq, runId } as const;
    return { type: 'ChildCompleted', at: run.now, seq, result: { ref, item, round } } as const;
  }
  if (!fails) return { type: 'ActionCompleted', at: run.now, seq, result: { ref, item, round } } as const;
  return { type: 'ActionFailed', at: run.now, seq, error } as const;
}
