import type { BackplaneError } from '@backplane/sdk';
import type { Invocation, RunnableAction } from '../../registry/runnable-action.ts';
import { stepsOf, withSteps } from '../../registry/template/template-steps.ts';

export interface GateOptions {
  /** Why calls are turned away just now, if they are. */
  refusal(): BackplaneError | undefined;
  /** Who answers for an action that was taken out while somebody already held it. */
  successor(name: string): RunnableAction | undefined;
}

/** Counts the calls that are under way. */
export class CallGate {
  readonly #options: GateOptions;
  #calls = 0;
  #idle: (() => void) | undefined;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  get calls(): number {
    return this.#calls;
  }

  guard(action: RunnableAction): RunnableAction {
    const guarded: RunnableAction = {
      info: action.info,
      check: (args, source, path) => action.check(args, source, path),
      run: (invocation) => this.#run(action, guarded, invocation),
    };
    return action.info.kind === 'template' ? withSteps(guarded, () => stepsOf(action)) : guarded;
  }

  /** Resolves once no call is under way. */
  async idle(): Promise<void> {
    if (this.#calls === 0) return;
    await new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
  }

  async #run(action: RunnableAction, guarded: RunnableAction, invocation: Invocation): Promise<unknown> {
    const refusal = this.#options.refusal();
    if (refusal !== undefined) {
      const successor = this.#options.successor(action.info.name);
      if (successor === undefined || successor === guarded) throw refusal;
      return successor.run(invocation);
    }
    this.#calls += 1;
    try {
      return await action.run(invocation);
    } finally {
      this.#calls -= 1;
      if (this.#calls === 0) this.#idle?.();
    }
  }
}
