import type { ActionInfo, ActionRegistry, LeafCall } from '../registry/runnable-action.ts';
import type { GraphAction } from '../workflow/graph.ts';
import { cleanInput } from './clean-result.ts';
import type { AttemptFacts } from './scheduler/event.ts';
import type { SecretMask } from './secret-mask.ts';

/** A template that calls more actions than this names the first ones. */
const MAX_LEAVES = 20;

/** What the record will say of one attempt, gathered while it runs. */
export class AttemptNotes {
  /** The evaluated arguments, once there are any. */
  input: unknown;
  readonly #registry: ActionRegistry;
  readonly #action: GraphAction;
  readonly #info: ActionInfo | undefined;
  readonly #leaves = new Set<string>();

  constructor(registry: ActionRegistry, action: GraphAction) {
    this.#registry = registry;
    this.#action = action;
    this.#info = registry.get(action.action)?.info;
  }

  /** What the action is to tell while it runs. */
  get listeners(): { onLeafCall?(call: LeafCall): void } {
    return this.#info?.kind === 'template' ? { onLeafCall: ({ action }) => this.#note(action) } : {};
  }

  /** Asked at the end: by then the mask knows every secret that the attempt was handed. */
  facts(mask: SecretMask): AttemptFacts {
    const { action, maskInput, maskOutput } = this.#action;
    const { input } = this;
    return {
      ...(input !== undefined && !maskInput && cleanInput(action, input, mask)),
      ...(this.#info !== undefined && { by: providerOf(this.#info) }),
      ...(this.#leaves.size > 0 && { leaves: [...this.#leaves] }),
      ...(maskOutput && { masked: true as const }),
    };
  }

  #note(action: string): void {
    if (this.#leaves.size >= MAX_LEAVES) return;
    const origin = this.#registry.get(action)?.info.origin;
    this.#leaves.add(origin === undefined ? action : `${action} (${origin})`);
  }
}

/** A template by the end of its path: where the checkout lies is nobody's business. */
function providerOf({ kind, origin }: ActionInfo): string {
  if (kind === 'plugin') return origin;
  const parts = origin.split(/[\\/]/);
  const root = parts.lastIndexOf('templates');
  return parts.slice(root < 0 ? -2 : root).join('/');
}
