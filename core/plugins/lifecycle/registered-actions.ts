import type { ActionRegistry, RunnableAction } from '../../registry/runnable-action.ts';
import type { CallGate } from './call-gate.ts';

/** The actions of one version of a plugin, as everybody finds them: behind the gate that counts their calls. */
export class RegisteredActions {
  readonly #registry: ActionRegistry;
  readonly #gate: CallGate;
  #actions: readonly RunnableAction[] = [];
  #serving: Disposable | undefined;
  #beside: Disposable | undefined;

  constructor(registry: ActionRegistry, gate: CallGate) {
    this.#registry = registry;
    this.#gate = gate;
  }

  get all(): readonly RunnableAction[] {
    return this.#actions;
  }

  /** Puts these in the place of `leaving`: all or none. */
  replace(leaving: readonly RunnableAction[], actions: readonly RunnableAction[]): void {
    const guarded = actions.map((action) => this.#gate.guard(action));
    this.#serving = this.#registry.exchange(leaving, guarded);
    this.#actions = guarded;
  }

  /** Those from before serve again, in the place of `leaving`. */
  takeBack(leaving: readonly RunnableAction[]): void {
    this.#serving = this.#registry.exchange(leaving, this.#actions);
  }

  /** They, or these if there are none yet, stay callable for who asks for exactly this version. */
  keepBeside(actions: () => readonly RunnableAction[]): void {
    if (this.#actions.length === 0) this.#actions = actions().map((action) => this.#gate.guard(action));
    this.#beside ??= this.#registry.keep(this.#actions);
  }

  withdraw(): void {
    this.#serving?.[Symbol.dispose]();
    this.#beside?.[Symbol.dispose]();
  }
}
