import type { Contribution } from '../contributions/contribution.ts';
import type { ErrorCatalogue } from '../errors/define-errors.ts';
import type { Log } from '../log.ts';
import type { StartPorts } from '../ports/ports.ts';
import type { AnySchema, OutputOf } from '../schema.ts';
import { type Tagged, tag } from '../tag.ts';
import type { Dependencies, DependenciesMember } from './dependency.ts';
import type { Provided } from './provided-method.ts';

export type StartContext<
  C extends AnySchema,
  U extends keyof StartPorts = never,
  D extends Dependencies = Record<never, never>,
> = {
  readonly config: OutputOf<C>;
  readonly log: Log;
  /** Aborts when the plugin is asked to stop. */
  readonly signal: AbortSignal;
  /** Registered clean-ups run last-in first-out, each in its own try and deadline. */
  defer(cleanup: () => void | Promise<void>): void;
} & Pick<StartPorts, U> &
  DependenciesMember<D>;

export interface PluginSpec<
  C extends AnySchema,
  U extends keyof StartPorts = never,
  D extends Dependencies = Record<never, never>,
  P extends Provided = Provided,
  K extends readonly Contribution[] = readonly Contribution[],
> {
  /** The id of the manifest. */
  readonly id: string;
  readonly config?: C;
  readonly contributes: K;
  /** Ports of `start`. Each needs its capability in the manifest; contributions name their own. */
  readonly uses?: readonly U[];
  /** Plugins that `start` calls. */
  readonly deps?: D;
  /** What other plugins may call, by name. */
  readonly provides?: P;
  /** Errors of the plugin's own, documented with the host's. */
  readonly errors?: ErrorCatalogue;
  start?(context: StartContext<C, U, D>): Promise<void> | void;
  /** A changed configuration, checked. Absent, or `restart`: the plugin is stopped and started with it. */
  reconfigure?(next: OutputOf<C>, previous: OutputOf<C>): Promise<'applied' | 'restart'> | 'applied' | 'restart';
  /** Throws, with the reason, when the plugin is there but cannot do its work. Called at intervals; at most 5 s. */
  health?(signal: AbortSignal): Promise<void> | void;
}

export type Plugin = PluginSpec<any, any, any, any, readonly Contribution[]> & Tagged<'plugin'>;

/** The default export of a plugin's entry. */
export function definePlugin<
  C extends AnySchema,
  const U extends keyof StartPorts = never,
  const D extends Dependencies = Record<never, never>,
  P extends Provided = Record<never, never>,
  const K extends readonly Contribution[] = readonly Contribution[],
>(spec: PluginSpec<C, U, D, P, K>): PluginSpec<C, U, D, P, K> & Tagged<'plugin'> {
  return tag('plugin', spec);
}
