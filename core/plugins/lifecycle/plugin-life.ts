import { type PluginState, TRANSITIONS } from './plugin-state.ts';

/** One step in the life of one version of a plugin, as the log and the audit rows tell it. */
export interface PluginEvent {
  readonly plugin: string;
  readonly version: string;
  /** `from` and `to` are states; for what people do (`approve`, `rollback` …) there is `action` instead. */
  readonly from?: PluginState;
  readonly to?: PluginState;
  readonly action?: string;
  /** ISO time. */
  readonly at: string;
  readonly reason?: string;
  /** Of the error that led here. */
  readonly code?: string;
  /** Who did it; absent: the host. */
  readonly by?: string;
}

export interface LifeOptions {
  readonly plugin: string;
  version(): string;
  onEvent(event: PluginEvent): void;
}

/** The state of one version of a plugin: moves along the table only, and tells every step. */
export class PluginLife {
  #state: PluginState = 'discovered';
  #since = instant();
  readonly #options: LifeOptions;

  constructor(options: LifeOptions) {
    this.#options = options;
  }

  get state(): PluginState {
    return this.#state;
  }

  get since(): string {
    return this.#since;
  }

  to(next: PluginState, why: { readonly reason?: string; readonly code?: string } = {}): void {
    const from = this.#state;
    const { plugin, version, onEvent } = this.#options;
    if (!TRANSITIONS[from].includes(next)) throw new Error(`the plugin ${plugin} cannot go from ${from} to ${next}`);
    this.#state = next;
    this.#since = instant();
    onEvent({ plugin, version: version(), from, to: next, at: this.#since, ...why });
  }
}

export function instant(): string {
  return Temporal.Now.instant().toString({ smallestUnit: 'millisecond' });
}
