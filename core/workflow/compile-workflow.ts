import { compileIterators } from '../language/template/compile-iterators.ts';
import { compileTemplate } from '../language/template/compile-template.ts';
import { compileControls } from './control/compile-controls.ts';
import { type Edges, edgesOf } from './edges-of.ts';
import type { Backoff, Control, Graph, GraphAction, Interaction, RetryPolicy, RunLimit } from './graph.ts';
import { regionsOf } from './regions-of.ts';
import { scopesOf } from './scopes.ts';
import type {
  ActionDefinition,
  BackoffDefinition,
  ConcurrencyDefinition,
  InteractionDefinition,
  RetryDefinition,
  WorkflowDefinition,
} from './workflow-definition.ts';

/** After a failure: half a second, doubling, at most a minute. */
const AFTER_FAILURE = { initial: 0.5, factor: 2, max: 60, jitter: 0.2 };
/** While `retry_until` does not hold: from a tenth of a second to five seconds. */
const WHILE_POLLING = { initial: 0.1, factor: 2, max: 5, jitter: 0.2 };

/** Parses every expression and resolves every ref of a checked definition. The same definition always gives the same graph. */
export function compileWorkflow(definition: WorkflowDefinition): Graph {
  const edges = edgesOf(definition.actions);
  const scopes = scopesOf(definition.actions, edges);
  const { regions, of } = regionsOf(definition.actions, scopes);
  const controls = compileControls(definition.actions, scopes, regions);
  const actions = definition.actions.map((action, index) => {
    return compileAction(action, { index, edges, region: of[index]!, control: controls[index] });
  });
  return {
    title: definition.title,
    actions,
    byRef: new Map(actions.map((action) => [action.ref, action])),
    entries: actions.filter(({ incoming }) => incoming.length === 0).map(({ index }) => index),
    regions,
    ...(definition.returns !== undefined && { returns: compileTemplate(definition.returns, { at: ['returns'] }) }),
    environment: compileTemplate(definition.config.environment, { at: ['config', 'environment'] }),
    timeoutMs: milliseconds(definition.config.timeout),
    ...(definition.errorHandler !== undefined && { errorHandler: definition.errorHandler }),
    ...(definition.config.concurrency !== undefined && { concurrency: compileLimit(definition.config.concurrency) }),
    strict: definition.strict,
    ...(definition.author !== undefined && { author: definition.author }),
  };
}

function compileLimit({ limit, key, onLimit }: ConcurrencyDefinition): RunLimit {
  const at = ['config', 'concurrency', 'key'];
  return { limit, onLimit, ...(key !== undefined && { key: compileTemplate(key, { at }) }) };
}

interface Surroundings {
  readonly index: number;
  readonly edges: Edges;
  readonly region: number;
  readonly control: Control | undefined;
}

function compileAction(action: ActionDefinition, { index, edges, region, control }: Surroundings): GraphAction {
  const at = ['actions', index];
  const isLiteral = (name: string) => action.unevaluated.includes(name);
  const { runIf, forEach, environment, waitUntil } = action;
  return {
    index,
    ref: action.ref,
    action: action.action,
    args: compileTemplate(
      pick(action.args, (name) => !isLiteral(name)),
      { at: [...at, 'args'] },
    ),
    literalArgs: pick(action.args, isLiteral),
    ...(runIf !== undefined && { runIf: compileTemplate(runIf, { at: [...at, 'run_if'] }) }),
    ...(forEach !== undefined && { forEach: compileIterators(forEach, { at: [...at, 'for_each'] }) }),
    forEachConcurrency: action.forEachConcurrency,
    retry: compileRetry(action.retry, at),
    startDelayMs: milliseconds(action.startDelay),
    ...(waitUntil !== undefined && { waitUntil: compileTemplate(waitUntil, { at: [...at, 'wait_until'] }) }),
    join: action.joinStrategy,
    ...(environment !== undefined && { environment: compileTemplate(environment, { at: [...at, 'environment'] }) }),
    maskOutput: action.maskOutput,
    maskInput: action.maskInput === true || action.maskOutput,
    ...(action.interaction !== undefined && { interaction: compileInteraction(action.interaction, at) }),
    ...(action.origin === undefined ? {} : { origin: action.origin }),
    ...(control !== undefined && { control }),
    region,
    incoming: edges.incoming[index]!,
    outgoing: edges.outgoing[index]!,
  };
}

function compileInteraction(written: InteractionDefinition, at: readonly (string | number)[]): Interaction {
  const { type, timeout = 0, message, requiredApprovers, approverGroups, approveIf } = written;
  const place = [...at, 'interaction'];
  return {
    type,
    timeoutMs: milliseconds(timeout),
    ...(message !== undefined && { message: compileTemplate(message, { at: [...place, 'message'] }) }),
    requiredApprovers,
    approverGroups,
    ...(approveIf !== undefined && { approveIf: compileTemplate(approveIf, { at: [...place, 'approve_if'] }) }),
  };
}

function compileRetry(retry: RetryDefinition, at: readonly (string | number)[]): RetryPolicy {
  const { retryUntil } = retry;
  const place = [...at, 'retry_policy', 'retry_until'];
  return {
    maxAttempts: retry.maxAttempts,
    timeoutMs: milliseconds(retry.timeout),
    ...(retryUntil !== undefined && { retryUntil: compileTemplate(retryUntil, { at: place }) }),
    backoff: compileBackoff(retry.backoff, AFTER_FAILURE),
    poll: compileBackoff(retry.backoff, WHILE_POLLING),
  };
}

/** A pause that the file makes longer than our limit lifts the limit, unless the file sets that too. */
function compileBackoff(written: BackoffDefinition = {}, defaults: Required<BackoffDefinition>): Backoff {
  const initial = written.initial ?? defaults.initial;
  return {
    initialMs: milliseconds(initial),
    factor: written.factor ?? defaults.factor,
    maxMs: milliseconds(written.max ?? Math.max(initial, defaults.max)),
    jitter: written.jitter ?? defaults.jitter,
  };
}

function pick(args: Readonly<Record<string, unknown>>, wanted: (name: string) => boolean): Record<string, unknown> {
  const picked: Record<string, unknown> = Object.create(null);
  for (const name of Object.keys(args)) if (wanted(name)) picked[name] = args[name];
  return picked;
}

function milliseconds(seconds: number): number {
  return Math.round(seconds * 1000);
}
