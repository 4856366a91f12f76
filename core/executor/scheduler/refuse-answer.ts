import type { InteractionAnswer, InteractionState } from './interaction-state.ts';

/** What stands in the way of an answer. */
export type AnswerRefusal =
  /** It is decided, or nobody asks any more. */
  | 'closed'
  /** A decision, and it is a response that is asked for. */
  | 'not-an-approval'
  /** Neither yes nor no, and no `approve_if` that could tell. */
  | 'undecided'
  | 'not-in-group'
  /** This approver has spoken, and may do that only once. */
  | 'repeated';

type Asked = Pick<InteractionState, 'type' | 'status' | 'approverGroups' | 'approveIf' | 'decisions'>;

/** Why the answer does not count; undefined when it does. */
export function refuseAnswer(asked: Asked, answer: InteractionAnswer): AnswerRefusal | undefined {
  if (asked.status !== 'open') return 'closed';
  if (asked.type === 'response') return answer.decision === undefined ? undefined : 'not-an-approval';
  if (answer.decision === undefined && !asked.approveIf) return 'undecided';
  const { approverGroups, decisions } = asked;
  const { groups = [], approver, once = false } = answer;
  if (approverGroups.length > 0 && !groups.some((group) => approverGroups.includes(group))) return 'not-in-group';
  const earlier = decisions.find((decision) => decision.approver === approver);
  return earlier !== undefined && (once || earlier.id === answer.id) ? 'repeated' : undefined;
}
