import type { ErrorRecord } from '@backplane/sdk';
import { toErrorRecord } from '../../errors/to-record.ts';
import type { Scope } from '../../language/template/scope.ts';
import type { Template } from '../../language/template/template.ts';
import { toData } from '../../language/values/to-data.ts';
import { interactionId } from './interaction-id.ts';
import { type Place, stepName } from './place.ts';
import { runScope } from './run-scope.ts';
import { recordWarnings } from './step-warnings.ts';
import { stepOf, type Turn } from './turn.ts';

export type Outcome<T> = { readonly value: T } | { readonly error: ErrorRecord };

/** Evaluates an expression of the run itself; its warnings are kept with the run. */
export function evaluateData(turn: Turn, template: Template, purpose: string): Outcome<unknown> {
  if (template.isConstant) return attempt(() => toData(template.evaluate({})));
  return attempt(() => toData(template.evaluate(scopeOf(turn, template, { purpose, owner: turn.state }))));
}

/** Evaluates an expression that steers one step; its warnings are kept with the step. */
export function evaluateFor(
  turn: Turn,
  place: Place,
  template: Template,
  purpose: string,
  item?: number,
): Outcome<unknown> {
  return attempt(() => toData(template.evaluate(scopeOf(turn, template, readerAt(place, purpose, item)))));
}

/** Evaluates whether an answer counts as an approval; `interaction` is that answer. */
export function evaluateDecision(turn: Turn, place: Place, template: Template, interaction: unknown): Outcome<unknown> {
  const reader = { ...readerAt(place, 'approve_if'), interaction };
  return attempt(() => toData(template.evaluate(scopeOf(turn, template, reader))));
}

/** Evaluates the arguments of a step that the scheduler carries out itself, and reads them. */
export function evaluateArguments<T>(
  turn: Turn,
  place: Place,
  template: Template,
  read: (ref: string, args: unknown) => Outcome<T>,
): Outcome<T> {
  const outcome = evaluateFor(turn, place, template, 'args');
  return 'error' in outcome ? outcome : read(place.action.ref, outcome.value);
}

/** The values of `var` for every item of a step's `for_each`. */
export function evaluateItems(turn: Turn, place: Place): Outcome<unknown[]> {
  const forEach = place.action.forEach!;
  return attempt(() => Array.from(forEach.items(scopeOf(turn, forEach, readerAt(place, 'for_each'))), toData));
}

/** Who reads, where, what for, and who keeps the warnings. */
interface Reader {
  readonly purpose: string;
  readonly owner: Parameters<typeof recordWarnings>[0];
  readonly stream?: string;
  readonly item?: { readonly action: number; readonly item: number };
  /** In place of what the step asks. */
  readonly interaction?: unknown;
  readonly asks?: Place;
}

function readerAt(place: Place, purpose: string, item?: number): Reader {
  const { stream, action } = place;
  return {
    purpose: `${stepName(place)}/${purpose}`,
    owner: stepOf(place),
    ...(stream !== undefined && { stream }),
    ...(item !== undefined && { item: { action: action.index, item } }),
    ...(action.interaction !== undefined && { asks: place }),
  };
}

function scopeOf(turn: Turn, template: Pick<Template, 'references'>, reader: Reader): Scope {
  const { purpose, owner, stream, item } = reader;
  const { graph, state } = turn;
  const interaction = reader.interaction ?? askedBy(state.runId, reader.asks);
  return runScope({
    graph,
    state,
    reader: template,
    seed: `${state.runId}/${state.nextSeq}/${purpose}`,
    warn: (warning) => recordWarnings(owner, [warning]),
    ...(stream !== undefined && { stream }),
    ...(item !== undefined && { item }),
    ...(interaction !== undefined && { interaction }),
  });
}

/** What the step will ask. Links to answer by are for those who know the host's key: they stand in arguments of actions only. */
function askedBy(runId: string, place: Place | undefined): unknown {
  const asked = place?.action.interaction;
  if (place === undefined || asked === undefined) return undefined;
  return { id: interactionId(runId, { step: stepName(place), pass: stepOf(place).pass }), type: asked.type };
}

function attempt<T>(compute: () => T): Outcome<T> {
  try {
    return { value: compute() };
  } catch (thrown) {
    return { error: toErrorRecord(thrown) };
  }
}
