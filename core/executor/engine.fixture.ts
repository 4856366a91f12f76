import type { ActionInfo, Invocation } from '../registry/runnable-action.ts';
import { silentLog } from '../storage/silent-log.fixture.ts';
import { testAction, testRegistry } from '../workflow/test-registry.fixture.ts';
import type { WorkflowDefinition } from '../workflow/workflow-definition.ts';
import { createActionRunner } from './create-action-runner.ts';
import type { Clock } from './embedded/clock.ts';
import type { EmbeddedEngineOptions } from './embedded/engine-options.ts';
import { createEmbeddedEngine } from './embedded-engine.ts';
import type { Engine, PinnedDefinition, RunRequest } from './engine.ts';
import type { Journal } from './journal/journal.ts';
import { type TestAction, workflow } from './scheduler/run-driver.fixture.ts';

export type TestWork = (invocation: Invocation) => unknown;

export interface TestEngineOptions extends Partial<Omit<EmbeddedEngineOptions, 'journal'>> {
  /** What `test.action` does; it returns `args.value` otherwise. */
  readonly work?: TestWork;
  readonly effect?: ActionInfo['effect'];
  readonly handlers?: Readonly<Record<string, WorkflowDefinition>>;
}

/** An engine with the real runner, whose one action does what the test says. */
export function testEngine(
  journal: Journal,
  { work, effect = 'write', handlers = {}, ...options }: TestEngineOptions = {},
): Promise<Engine> {
  const action = testAction({ name: 'test.action', effect }, async (invocation) =>
    work === undefined ? invocation.args['value'] : work(invocation),
  );
  return createEmbeddedEngine({
    journal,
    log: silentLog,
    runner: createActionRunner({
      registry: testRegistry(action),
      secrets: { resolve: async () => ({}) },
      variables: { resolve: () => ({}) },
      log: silentLog,
    }),
    workflows: {
      resolve: async (alias) => (handlers[alias] === undefined ? undefined : pinned(handlers[alias], alias)),
    },
    limits: { shutdownMs: 2_000 },
    ...options,
  });
}

function pinned(definition: WorkflowDefinition, name = 'test'): PinnedDefinition {
  return { workflow: name, version: 1, definition };
}

export function request(definition: WorkflowDefinition, more: Partial<RunRequest> = {}): RunRequest {
  return { ...pinned(definition), trigger: {}, triggerType: 'api', ...more };
}

/** Steps `s1 → s2 → …`, each adding one to the result before; the run returns the last. */
export function chain(length: number, more: Partial<WorkflowDefinition> = {}): WorkflowDefinition {
  const steps = Array.from({ length }, (_, i): TestAction => {
    if (i === 0) return { ref: 's1', args: { value: 1 } };
    return { ref: `s${i + 1}`, after: [`s${i}`], args: { value: `\${{ ACTIONS.s${i}.result + 1 }}` } };
  });
  return workflow(steps, { returns: `\${{ ACTIONS.s${length}.result }}`, ...more });
}

/** A promise that the test settles. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

/** Time that passes when the test says so. */
export class TestClock implements Clock {
  #now = 1_700_000_000_000;
  #timers: { readonly at: number; readonly callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(delayMs: number, callback: () => void): Disposable {
    const timer = { at: this.#now + delayMs, callback };
    this.#timers.push(timer);
    return {
      [Symbol.dispose]: () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
      },
    };
  }

  advance(ms: number): void {
    this.#now += ms;
    const due = this.#timers.filter(({ at }) => at <= this.#now);
    this.#timers = this.#timers.filter(({ at }) => at > this.#now);
    for (const { callback } of due) callback();
  }
}
