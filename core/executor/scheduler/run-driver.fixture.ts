import { parseJson, stringifyJson } from '@backplane/sdk';
import { parseDependency } from '../../workflow/check/read-action.ts';
import { compileWorkflow } from '../../workflow/compile-workflow.ts';
import type { Graph } from '../../workflow/graph.ts';
import type { ActionDefinition, WorkflowDefinition } from '../../workflow/workflow-definition.ts';
import type { Command, RunAction, StartTimer } from './command.ts';
import type { RunEvent } from './event.ts';
import { newRunState } from './initial-state.ts';
import { reduce } from './reduce.ts';
import type { Frame, RunState, StepState } from './state.ts';

export type TestAction = Partial<Omit<ActionDefinition, 'dependsOn' | 'retry'>> & {
  readonly ref: string;
  readonly after?: readonly string[];
  readonly retry?: Partial<ActionDefinition['retry']>;
};

/** A definition with everything that a test does not care about filled in. */
export function workflow(actions: readonly TestAction[], more: Partial<WorkflowDefinition> = {}): WorkflowDefinition {
  return {
    title: 'Test',
    description: '',
    strict: false,
    entrypoint: {},
    config: { environment: 'default', timeout: 0 },
    triggers: [],
    ...more,
    actions: actions.map(({ after = [], retry, ...action }) => ({
      action: 'test.action',
      args: {},
      unevaluated: [],
      forEachConcurrency: 4,
      startDelay: 0,
      joinStrategy: 'all',
      maskOutput: false,
      dependsOn: after.map(parseDependency),
      retry: { maxAttempts: 1, timeout: 300, ...retry },
      ...action,
    })),
  };
}

/** Plays the engine by hand: a test says what happens, and sees what the scheduler wants next. */
export class RunDriver {
  readonly graph: Graph;
  state: RunState = newRunState();
  readonly commands: Command[] = [];
  readonly events: RunEvent[] = [];
  now = 1_700_000_000_000;

  constructor(definition: WorkflowDefinition) {
    this.graph = compileWorkflow(definition);
  }

  /** Hands over one event and gives the commands that follow. The state goes through JSON every time, as in a snapshot. */
  feed(event: RunEvent): readonly Command[] {
    this.state = parseJson(stringifyJson(this.state)) as RunState;
    return this.feedWithoutSnapshot(event);
  }

  feedWithoutSnapshot(event: RunEvent): readonly Command[] {
    this.events.push(event);
    const commands = reduce(this.graph, this.state, event);
    this.commands.push(...commands);
    return commands;
  }

  start(trigger: unknown = {}, more: object = {}): readonly Command[] {
    const env = {};
    return this.feed({ type: 'RunStarted', at: this.now, runId: 'run-1', trigger, triggerType: 'api', env, ...more });
  }

  complete(ref: string, result: unknown = `${ref} done`, item?: number): readonly Command[] {
    return this.feed({ type: 'ActionCompleted', at: this.now, seq: this.running(ref, item).seq, result });
  }

  fail(ref: string, error: object = {}, item?: number): readonly Command[] {
    const record = { code: 'TEST_FAILED', message: `${ref} broke`, ...error };
    return this.feed({ type: 'ActionFailed', at: this.now, seq: this.running(ref, item).seq, error: record });
  }

  /** As `complete` and `fail`, for a step of a stream. */
  completeIn(stream: string, ref: string, result: unknown = `${stream}/${ref} done`): readonly Command[] {
    return this.feed({ type: 'ActionCompleted', at: this.now, seq: this.running(ref, undefined, stream).seq, result });
  }

  failIn(stream: string, ref: string): readonly Command[] {
    const error = { code: 'TEST_FAILED', message: `${stream}/${ref} broke` };
    return this.feed({ type: 'ActionFailed', at: this.now, seq: this.running(ref, undefined, stream).seq, error });
  }

  /** Lets time pass until the next timer, and fires it. */
  fire(): readonly Command[] {
    const timer = this.timers().toSorted((a, b) => a.fireAt - b.fireAt || a.seq - b.seq)[0]!;
    this.now = Math.max(this.now, timer.fireAt);
    return this.feed({ type: 'TimerFired', at: this.now, seq: timer.seq });
  }

  /** Attempts in flight, as `ref`, `ref#item` or `stream/ref`. */
  inFlight(): string[] {
    return this.actions().map(({ action, item, stream }) => {
      const { ref } = this.graph.actions[action]!;
      return (stream === undefined ? '' : `${stream}/`) + ref + (item === undefined ? '' : `#${item}`);
    });
  }

  actions(): RunAction[] {
    return this.commands
      .filter((command) => command.type === 'RunAction')
      .filter(({ seq }) => seq in this.state.pending);
  }

  timers(): StartTimer[] {
    return this.commands
      .filter((command) => command.type === 'StartTimer')
      .filter(({ seq }) => seq in this.state.pending);
  }

  running(ref: string, item?: number, stream?: string): RunAction {
    const { index } = this.graph.byRef.get(ref)!;
    const found = this.actions().find(
      (command) => command.action === index && command.item === item && command.stream === stream,
    );
    if (found === undefined) throw new Error(`${ref} is not running; ${this.inFlight().join(', ') || 'nothing'} is`);
    return found;
  }

  step(ref: string, stream?: string): StepState {
    const { steps }: Frame = stream === undefined ? this.state : this.state.streams[stream]!;
    return steps[this.graph.byRef.get(ref)!.index]!;
  }

  /** `ref: status` of all steps, in the order of the definition. */
  statuses(): Record<string, string> {
    return Object.fromEntries(this.graph.actions.map(({ ref }) => [ref, this.step(ref).status]));
  }
}
