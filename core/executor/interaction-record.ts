import type { StoredInteraction } from './journal/interaction-row.ts';
import type { Decision, InteractionStatus } from './scheduler/interaction-state.ts';

/** What a step asks people, as they see it. Times are ISO dates. */
export interface InteractionRecord {
  readonly id: string;
  readonly runId: string;
  /** Id of the workflow. */
  readonly workflow: string;
  readonly ref: string;
  readonly stream?: string;
  readonly type: 'response' | 'approval';
  readonly status: InteractionStatus;
  readonly message?: string;
  readonly requiredApprovers: number;
  /** Empty: anybody. */
  readonly approverGroups: readonly string[];
  readonly openedAt: string;
  readonly deadline?: string;
  readonly closedAt?: string;
  /** The last word of each approver. */
  readonly decisions: readonly (Omit<Decision, 'id' | 'at'> & { readonly at: string })[];
  readonly response?: unknown;
  /** Who gave the response. */
  readonly respondent?: string;
}

export interface InteractionFilter {
  readonly status?: 'open' | 'closed';
  /** Id of a workspace; absent: of all. */
  readonly workspace?: string;
  /** Id of a workflow. */
  readonly workflow?: string;
  readonly approverGroup?: string;
  readonly limit: number;
  readonly cursor?: string;
}

export interface InteractionPage {
  readonly items: readonly InteractionRecord[];
  readonly nextCursor?: string;
}

export function interactionRecord(stored: StoredInteraction): InteractionRecord {
  const { approveIf: _, workspace: __, openedAt, deadline, closedAt, decisions, response, ...rest } = stored;
  return {
    ...rest,
    openedAt: isoDate(openedAt),
    ...(deadline !== undefined && { deadline: isoDate(deadline) }),
    ...(closedAt !== undefined && { closedAt: isoDate(closedAt) }),
    decisions: decisions.map(({ id: ___, at, ...decision }) => ({ ...decision, at: isoDate(at) })),
    ...(response !== undefined && { response: response.data, respondent: response.approver }),
  };
}

function isoDate(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
