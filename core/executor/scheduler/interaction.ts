import type { ErrorRecord } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { isTruthy } from '../../language/values/truthiness.ts';
import type { Interaction } from '../../workflow/graph.ts';
import { evaluateDecision, evaluateFor } from './evaluate.ts';
import type { SignalReceived } from './event.ts';
import { interactionId, stepOfInteraction } from './interaction-id.ts';
import type { Decision, InteractionAnswer, InteractionState } from './interaction-state.ts';
import { isLive, type Place, placeAt, stepName } from './place.ts';
import { refuseAnswer } from './refuse-answer.ts';
import { completeStep, failStep } from './settle.ts';
import { closeInteraction, indexInteraction } from './stop-interaction.ts';
import { forgetTimer, startTimerAt, stepOf, type Turn } from './turn.ts';

/** The action has run: now the step asks, and waits for the answer. */
export function openInteraction(turn: Turn, place: Place, asked: Interaction): void {
  const { type, requiredApprovers, approverGroups, timeoutMs } = asked;
  const message = asked.message === undefined ? undefined : evaluateFor(turn, place, asked.message, 'message');
  if (message !== undefined && 'error' in message) {
    failStep(turn, place, message.error);
    return;
  }
  const { now, runId } = turn.state;
  const step = stepOf(place);
  step.status = 'waiting';
  step.interaction = {
    id: interactionId(runId, { step: stepName(place), pass: step.pass }),
    type,
    status: 'open',
    ...(message !== undefined && { message: textOf(message.value) }),
    requiredApprovers,
    approverGroups,
    approveIf: asked.approveIf !== undefined,
    openedAt: now,
    ...(timeoutMs > 0 && { deadline: now + timeoutMs }),
    decisions: [],
  };
  if (timeoutMs > 0) startTimerAt(turn, place, 'interaction', now + timeoutMs);
  indexInteraction(turn, place.action, place.stream, step.interaction);
}

/** The step that this answer is for, if it counts there. Those that come twice, too late or astray change nothing. */
export function askingPlace(turn: Turn, { interaction: id, answer }: SignalReceived): Place | undefined {
  const { graph, state } = turn;
  const found = stepOfInteraction(state.runId, id);
  const action = found === undefined ? undefined : graph.byRef.get(found.ref);
  if (found === undefined || action === undefined || !isLive(state, found.stream)) return undefined;
  const place = placeAt(state, action, found.stream);
  const asked = place.frame.steps[action.index]?.interaction;
  return asked?.id === id && refuseAnswer(asked, answer) === undefined ? place : undefined;
}

export function takeAnswer(turn: Turn, place: Place, answer: InteractionAnswer): void {
  const asked = stepOf(place).interaction!;
  if (asked.type === 'approval') {
    takeDecision(turn, place, asked, answer);
    return;
  }
  asked.response = { id: answer.id, approver: answer.approver, data: answer.data ?? null };
  forgetTimer(turn, place, 'interaction');
  closeInteraction(turn, place.action, place.stream, asked, 'responded');
  completeStep(turn, place);
}

/** The first rejection decides, and so do enough approvals; of each approver the last word counts. */
function takeDecision(turn: Turn, place: Place, asked: InteractionState, answer: InteractionAnswer): void {
  const { decision, error } = judge(turn, place, asked, answer);
  asked.decisions = [...asked.decisions.filter(({ approver }) => approver !== answer.approver), decision];
  const approvals = asked.decisions.filter(({ counts }) => counts).length;
  if (error !== undefined) end(turn, place, asked, { status: 'rejected', error });
  else if (decision.decision === 'reject') {
    end(turn, place, asked, { status: 'rejected', error: rejection(place, asked, decision) });
  } else if (approvals >= asked.requiredApprovers) {
    end(turn, place, asked, { status: 'approved' });
  } else indexInteraction(turn, place.action, place.stream, asked);
}

/** An explicit no is a no. An explicit yes counts if `approve_if` lets it; without either, `approve_if` decides between the two. */
function judge(
  turn: Turn,
  place: Place,
  { id }: InteractionState,
  answer: InteractionAnswer,
): { readonly decision: Decision; readonly error?: ErrorRecord } {
  const { once: _, ...said } = answer;
  const { approveIf } = place.action.interaction!;
  const at = turn.state.now;
  if (said.decision === 'reject' || approveIf === undefined) {
    const decision = said.decision ?? 'reject';
    return { decision: { ...said, decision, counts: decision === 'approve', at } };
  }
  const { approver, decision = null, comment = null, groups = [], data = null, via } = answer;
  const view = { id, type: 'approval', approver, decision, comment, groups, data, via };
  const outcome = evaluateDecision(turn, place, approveIf, view);
  const counts = 'value' in outcome && isTruthy(outcome.value);
  const word = said.decision ?? (counts ? 'approve' : 'reject');
  return { decision: { ...said, decision: word, counts, at }, ...('error' in outcome && { error: outcome.error }) };
}

export function interactionTimedOut(turn: Turn, place: Place): void {
  const { id, decisions } = stepOf(place).interaction!;
  const { ref, interaction } = place.action;
  const facts = { details: { interaction: id, decisions: decisions.map(brief) } };
  const error = raise.WORKFLOW_INTERACTION_TIMEOUT({ ref, limitMs: interaction!.timeoutMs }, facts).toJSON();
  end(turn, place, stepOf(place).interaction!, { status: 'timed-out', error });
}

interface End {
  readonly status: 'approved' | 'rejected' | 'timed-out';
  readonly error?: ErrorRecord;
}

function end(turn: Turn, place: Place, asked: InteractionState, { status, error }: End): void {
  forgetTimer(turn, place, 'interaction');
  closeInteraction(turn, place.action, place.stream, asked, status);
  if (error === undefined) completeStep(turn, place);
  else failStep(turn, place, error);
}

function rejection({ action: { ref } }: Place, { id, decisions }: InteractionState, last: Decision): ErrorRecord {
  const { approver, comment } = last;
  const facts = { details: { interaction: id, approver, comment: comment ?? null, decisions: decisions.map(brief) } };
  return raise.WORKFLOW_INTERACTION_REJECTED({ ref, approver, comment }, facts).toJSON();
}

function brief({ approver, decision, comment }: Decision) {
  return { approver, decision, comment: comment ?? null };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
