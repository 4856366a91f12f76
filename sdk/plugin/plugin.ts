import type { Action, Log } from '../action/action.ts';
import type { ErrorCatalogue } from '../errors/define-errors.ts';
import type { AnySchema, OutputOf } from '../schema.ts';
import { type Tagged, tag } from '../tag.ts';

/** Everything a plugin can bring. */
export type Contribution = Action;

export interface StartContext<C extends AnySchema> {
  readonly config: OutputOf<C>;
  readonly log: Log;
  /** Aborts when the plugin is asked to stop. */
  readonly signal: AbortSignal;
  /** Registered clean-ups run last-in first-out, each in its own try and deadline. */
  defer(cleanup: () => void | Promise<void>): void;
}

export interface PluginSpec<C extends AnySchema> {
  /** The id of the manifest. */
  readonly id: string;
  readonly config?: C;
  readonly contributes: readonly Contribution[];
  /** Errors of the plugin's own, documented with the host's. */
  readonly errors?: ErrorCatalogue;
  start?(context: StartContext<C>): Promise<void> | void;
}

export type Plugin = PluginSpec<any> & Tagged<'plugin'>;

/** The default export of a plugin's entry. */
export function definePlugin<C extends AnySchema>(spec: PluginSpec<C>): PluginSpec<C> & Tagged<'plugin'> {
  return tag('plugin', spec);
}
