import { BackplaneError } from '@backplane/sdk';
import { raise } from '../errors/catalogue.ts';
import type { Scope, Warning } from '../language/template/scope.ts';
import type { Template } from '../language/template/template.ts';
import type { Value } from '../language/values/value.ts';
import type { RunnableAction } from '../registry/runnable-action.ts';
import type { GraphAction } from '../workflow/graph.ts';
import type { ActionRunnerOptions, ActionTask } from './action-runner.ts';
import { askedInteraction } from './asked-interaction.ts';
import type { AttemptNotes } from './attempt-notes.ts';
import { cleanResult } from './clean-result.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { maskedLog } from './masked-log.ts';
import { maskingSource } from './masking-source.ts';
import { resolveNamedSecrets } from './named-secrets.ts';
import { runScope } from './scheduler/run-scope.ts';
import type { SecretMask } from './secret-mask.ts';

/**
 * Takes from the run's state what one attempt needs, at once: the state goes on changing. The attempt itself finds secrets and
 * variables, evaluates the arguments, calls the action and cleans its result. Throws coded errors, and whatever the action throws.
 */
export function prepareAttempt(
  options: ActionRunnerOptions,
  task: ActionTask,
  mask: SecretMask,
  notes: AttemptNotes,
  warn: (warning: Warning) => void,
): (signal: AbortSignal) => Promise<unknown> {
  const { graph, state, command } = task;
  const action = graph.actions[command.action]!;
  const runnable = findAction(options, action);
  const strict = graph.strict || options.strict === true;
  const asked = askedInteraction(options, task, action, mask);
  const scope = { ...scopeOf(task, action, { warn, strict }), ...asked };
  const environment = environmentOf(action, scope, state.environment);
  const { runId, now, workspace } = state;
  const secrets = maskingSource(options.secrets, workspace, mask);
  const run = {
    id: runId,
    step: action.ref,
    attempt: command.attempt,
    idempotencyKey: idempotencyKey(runId, action.ref, command),
  };

  const permitted = (signal: AbortSignal) => {
    const { author } = graph;
    if (author === undefined) return undefined;
    const where = workspace === undefined ? {} : { workspace };
    return options.permit?.({ author, action: runnable.info.name, runId, step: action.ref, ...where, signal });
  };

  return async (signal) => {
    const asking = permitted(signal);
    if (asking !== undefined) await asking;
    const vars = await options.variables.resolve(environment, workspace);
    const SECRETS = await resolveNamedSecrets(action.args, secrets, environment);
    const environ = once(() => ({ ...(scope.ENV as object), environment, variables: vars }));
    const args = evaluateArguments(action, attemptScope(scope, { vars, SECRETS, environ }));
    notes.input = args;
    const result = await runnable.run({
      args,
      run,
      secrets,
      environment,
      ...(workspace !== undefined && { workspace }),
      vars,
      get env() {
        return environ();
      },
      now,
      signal,
      log: maskedLog(options.log, mask, { run: runId, step: action.ref }),
      strict,
      ...asked,
      warn,
      onSecret: (value) => mask.add(value),
      ...notes.listeners,
    });
    return cleanResult(action.action, result, mask);
  };
}

/** The version that the workflow was stored with; the current one of what has no versions side by side. */
function findAction({ registry }: ActionRunnerOptions, { action: name, origin }: GraphAction): RunnableAction {
  const exact = origin === undefined ? undefined : registry.get(name, origin);
  if (exact !== undefined) return exact;
  const current = registry.get(name);
  if (current === undefined) throw raise.ACTION_UNAVAILABLE({ action: name, didYouMean: registry.suggest(name) });
  if (origin !== undefined && current.info.versioned)
    throw raise.ACTION_VERSION_GONE({ action: name, wanted: origin, running: current.info.origin });
  return current;
}

interface AttemptValues {
  readonly vars: unknown;
  readonly SECRETS: unknown;
  readonly environ: () => unknown;
}

/** What the step's arguments see beside what every expression of the run does. `ENV` is made when somebody looks. */
function attemptScope(scope: Scope, { vars, SECRETS, environ }: AttemptValues): Scope {
  const { ACTIONS, TRIGGER, INPUTS, interaction, interactionFor, now, uuid, strict, warn } = scope;
  return {
    ACTIONS,
    TRIGGER,
    INPUTS,
    interaction,
    interactionFor,
    ...('var' in scope && { var: scope.var }),
    get ENV() {
      return environ();
    },
    VARS: vars,
    SECRETS,
    now,
    uuid,
    strict,
    warn,
  } as Scope;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

export function scopeOf(
  { graph, state, command }: Pick<ActionTask, 'graph' | 'state' | 'command'>,
  action: GraphAction,
  { warn, strict }: { readonly warn: (warning: Warning) => void; readonly strict: boolean },
): Scope {
  return runScope({
    graph,
    state,
    reader: readerOf(action),
    seed: `${state.runId}/${command.seq}`,
    warn,
    strict,
    ...(command.stream !== undefined && { stream: command.stream }),
    ...(command.item !== undefined && { item: { action: action.index, item: command.item } }),
  });
}

const readers = new WeakMap<GraphAction, Pick<Template, 'references'>>();

/** All that the arguments and the environment of a step read. */
function readerOf(action: GraphAction): Pick<Template, 'references'> {
  const known = readers.get(action);
  if (known !== undefined) return known;
  const reader = { references: [...action.args.references, ...(action.environment?.references ?? [])] };
  readers.set(action, reader);
  return reader;
}

export function environmentOf(action: GraphAction, scope: Scope, ofTheRun: string): string {
  if (action.environment === undefined) return ofTheRun;
  const name = unrepeatable(action.environment, scope);
  if (typeof name !== 'string' || name === '') throw raise.WORKFLOW_ENVIRONMENT_INVALID({ found: name });
  return name;
}

function evaluateArguments(action: GraphAction, scope: Scope): Readonly<Record<string, Value>> {
  const args = unrepeatable(action.args, scope) as Readonly<Record<string, Value>>;
  return { ...args, ...(action.literalArgs as Readonly<Record<string, Value>>) };
}

/** What an expression gives is settled by the run's state: trying the step again cannot help. */
function unrepeatable(template: Template, scope: Scope): Value {
  try {
    return template.evaluate(scope);
  } catch (thrown) {
    if (!BackplaneError.is(thrown)) throw thrown;
    throw new BackplaneError(thrown.code, thrown.message, { ...thrown.facts, retry: 'never' }, { cause: thrown });
  }
}
