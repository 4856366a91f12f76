import type { Log, RunInfo, SecretRequirement } from '@backplane/sdk';
import type { Problem } from '../language/source/problem.ts';
import type { YamlSource } from '../language/source/yaml-source.ts';
import type { Warning } from '../language/template/scope.ts';
import type { Value } from '../language/values/value.ts';

/** What people and the API see of an action. */
export interface ActionInfo {
  readonly name: string;
  readonly kind: 'plugin' | 'template';
  readonly title: string;
  readonly description: string;
  readonly group: string;
  readonly docsUrl?: string;
  readonly deprecated?: string;
  readonly aliases: readonly string[];
  readonly effect: 'pure' | 'read' | 'write' | 'destructive';
  readonly idempotent: 'always' | 'with-key' | 'never';
  /** JSON Schema of the arguments. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
  readonly outputSchema?: Readonly<Record<string, unknown>>;
  readonly secrets: readonly SecretRequirement[];
  /** `plugin@version`, or the template's file. */
  readonly origin: string;
  /** True: versions of it stand side by side, so a workflow gets exactly the one that it was stored with. */
  readonly versioned?: true;
  /** Where its plugin was brought from: what config/plugins.yaml says, of a Git source the commit, of a template its file there. */
  readonly source?: { readonly use: string; readonly commit?: string; readonly file?: string };
  /** Top-level arguments whose `${{ }}` the caller must leave alone. */
  readonly unevaluated: readonly string[];
  readonly timeoutMs?: number;
}

/** Name → key → value. OAuth tokens appear as `<provider>_oauth`. */
export type SecretValues = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Finds secret values when a run needs them; asked only for names that the action declared. */
export interface SecretSource {
  /** Missing names are simply absent from the answer. Of the default workspace if none is named. */
  resolve(requirements: readonly SecretRequirement[], environment: string, workspace?: string): Promise<SecretValues>;
}

/** One leaf call, as `--http-fixture` runs and the golden files record it: arguments evaluated, before defaults and null-dropping. */
export interface LeafCall {
  readonly action: string;
  readonly args: Value;
}

export interface Invocation {
  /** Evaluated arguments, exact numbers and dates allowed. */
  readonly args: Readonly<Record<string, Value>>;
  readonly run: RunInfo;
  readonly secrets: SecretSource;
  readonly environment: string;
  /** Id of the workspace; absent: the default one. */
  readonly workspace?: string;
  readonly vars: unknown;
  /** The `ENV` context that templates see. */
  readonly env: unknown;
  /** Logical time, epoch milliseconds. */
  readonly now: number;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly strict?: boolean;
  /** What the step will ask people: `FN.get_interaction()` of the templates that it runs. */
  readonly interaction?: unknown;
  readonly interactionFor?: (approver: string) => unknown;
  warn(warning: Warning): void;
  onLeafCall?(call: LeafCall): void;
  /** Templates that led to this call, outermost first; absent for a call from outside. Guards against circles. */
  readonly callers?: readonly string[];
  /** Told every secret value handed out, so that whoever records results can mask them. */
  onSecret?(value: string): void;
}

/** An action that can be called, whatever stands behind it: a plugin's function or a YAML template. */
export interface RunnableAction {
  readonly info: ActionInfo;
  /**
   * Static check of arguments as written (still with `${{ }}`): unknown names, missing ones, constants of a wrong type.
   * `path` is where the arguments stand in `source`.
   */
  check(args: unknown, source: YamlSource, path: readonly (string | number)[]): readonly Problem[];
  /** The result as data: JSON with exact numbers (no dates). Throws a coded error. */
  run(invocation: Invocation): Promise<unknown>;
}

/** The one table of callable actions. */
export interface ActionRegistry {
  /** Throws ACTION_DUPLICATE naming both owners; disposing removes the action again. */
  add(action: RunnableAction): Disposable;
  /** With an `origin` (`plugin@version`) exactly that version of it, which {@link ActionRegistry.keep} may hold beside the current one. */
  get(name: string, origin?: string): RunnableAction | undefined;
  /**
   * Takes actions out and puts others in at once: nobody ever finds neither. Throws ACTION_DUPLICATE with nothing changed; disposing
   * removes what was put in.
   */
  exchange(leaving: readonly RunnableAction[], joining: readonly RunnableAction[]): Disposable;
  /** Holds versions that are not the current ones, for who asks for their origin. */
  keep(actions: readonly RunnableAction[]): Disposable;
  list(): readonly RunnableAction[];
  /** The nearest known name, for "did you mean". */
  suggest(name: string): string | undefined;
}
