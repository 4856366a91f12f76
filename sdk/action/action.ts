import type { Log } from '../log.ts';
import type { Dependencies, DependenciesMember } from '../plugin/dependency.ts';
import type { ConnectionSlots, ConnectionsMember } from '../ports/connection.ts';
import type { PortName, Ports } from '../ports/ports.ts';
import type { AnySchema, InputOf, OutputOf } from '../schema.ts';
import { type Tagged, tag } from '../tag.ts';
import type { SecretRequirement } from './secret-requirement.ts';

export interface RunInfo {
  readonly id: string;
  readonly step: string;
  /** Counts from 1. */
  readonly attempt: number;
  /** The same for every attempt at the same work: hand it to services that deduplicate. */
  readonly idempotencyKey: string;
}

export type ActionCall<
  I extends AnySchema,
  U extends PortName,
  S extends ConnectionSlots = Record<never, never>,
  D extends Dependencies = Record<never, never>,
> = {
  readonly input: OutputOf<I>;
  readonly run: RunInfo;
  /** Aborts at the time limit and on cancellation. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Shown to whoever watches the run. `fraction` is between 0 and 1. */
  progress(note: string, fraction?: number): void;
} & Pick<Ports, U> &
  ConnectionsMember<S> &
  DependenciesMember<D>;

export interface ActionSpec<
  I extends AnySchema,
  O extends AnySchema,
  U extends PortName,
  S extends ConnectionSlots = Record<never, never>,
  D extends Dependencies = Record<never, never>,
> {
  /** Full dotted name that workflows call: `tools.acme.create_ticket`. Lower case, digits and underscores. */
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly group?: string;
  readonly docsUrl?: string;
  readonly input: I;
  readonly output?: O;
  readonly uses?: readonly U[];
  readonly secrets?: readonly SecretRequirement[];
  /** Connections by the name that `run` knows them under; the host attaches their credentials. Each kind needs the capability `connections`. */
  readonly connections?: S;
  /** Plugins that `run` calls. */
  readonly deps?: D;
  readonly effect: 'pure' | 'read' | 'write' | 'destructive';
  readonly idempotent: 'always' | 'with-key' | 'never';
  /** Former and alternative names, so that renames never break stored workflows. */
  readonly aliases?: readonly string[];
  /** Renamed arguments, old name → new name, accepted when the new one is absent. */
  readonly argumentAliases?: Readonly<Record<string, string>>;
  /** Top-level arguments handed over as written, their `${{ }}` unevaluated. */
  readonly unevaluated?: readonly string[];
  /** True: numbers arrive as the language has them (`Float`, `bigint`); default: plain JavaScript numbers. */
  readonly exactNumbers?: boolean;
  readonly timeoutMs?: number;
  readonly deprecated?: string;
  readonly examples?: readonly { readonly name: string; readonly input: InputOf<I>; readonly output?: unknown }[];
  run(call: ActionCall<I, U, S, D>): Promise<InputOf<O>> | InputOf<O>;
}

export type Action = ActionSpec<any, any, any, any, any> & Tagged<'action'>;

/** Declares an action. `uses` decides which ports its `run` receives. */
export function defineAction<
  I extends AnySchema,
  O extends AnySchema = AnySchema,
  const U extends PortName = never,
  const S extends ConnectionSlots = Record<never, never>,
  const D extends Dependencies = Record<never, never>,
>(spec: ActionSpec<I, O, U, S, D>): ActionSpec<I, O, U, S, D> & Tagged<'action'> {
  return tag('action', spec);
}
