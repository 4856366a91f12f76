import type { Expressions } from '../ports/expressions.ts';
import type { Http } from '../ports/http.ts';
import type { KeyValue } from '../ports/key-value.ts';
import type { Scripts } from '../ports/scripts.ts';
import type { Workflows } from '../ports/workflows.ts';
import type { AnySchema, InputOf, OutputOf } from '../schema.ts';
import { type Tagged, tag } from '../tag.ts';
import type { SecretRequirement } from './secret-requirement.ts';

/** What the host can lend an action. An action sees exactly those it names in `uses`; the others are absent, in types and at run time. */
export interface Ports {
  readonly http: Http;
  readonly expressions: Expressions;
  readonly scripts: Scripts;
  readonly kv: KeyValue;
  readonly workflows: Workflows;
  /** Values of the action's declared `secrets`: name → key → value. Absent optional secrets are absent here. */
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
}
export type PortName = keyof Ports;

export interface Log {
  debug(message: string, fields?: object): void;
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
}

export interface RunInfo {
  readonly id: string;
  readonly step: string;
  /** Counts from 1. */
  readonly attempt: number;
  /** The same for every attempt at the same work: hand it to services that deduplicate. */
  readonly idempotencyKey: string;
}

export type ActionCall<I extends AnySchema, U extends PortName> = {
  readonly input: OutputOf<I>;
  readonly run: RunInfo;
  /** Aborts at the time limit and on cancellation. */
  readonly signal: AbortSignal;
  readonly log: Log;
  progress(note: string, fraction?: number): void;
} & Pick<Ports, U>;

export interface ActionSpec<I extends AnySchema, O extends AnySchema, U extends PortName> {
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
  run(call: ActionCall<I, U>): Promise<InputOf<O>> | InputOf<O>;
}

export type Action = ActionSpec<any, any, any> & Tagged<'action'>;

/** Declares an action. `uses` decides which ports its `run` receives. */
export function defineAction<I extends AnySchema, O extends AnySchema = AnySchema, const U extends PortName = never>(
  spec: ActionSpec<I, O, U>,
): ActionSpec<I, O, U> & Tagged<'action'> {
  return tag('action', spec);
}
