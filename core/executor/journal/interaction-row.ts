import type { Decision, InteractionState, InteractionStatus } from '../scheduler/interaction-state.ts';

/** What a step asks people, and how that stands. Times are epoch milliseconds. */
export interface InteractionRow extends Readonly<Omit<InteractionState, 'decisions'>> {
  readonly ref: string;
  readonly stream?: string;
  readonly decisions: readonly Decision[];
}

export interface StoredInteraction extends InteractionRow {
  readonly runId: string;
  /** Id of the workspace of the run. */
  readonly workspace: string;
  readonly workflow: string;
}

export interface InteractionQuery {
  readonly status?: 'open' | 'closed';
  /** Workspace id; absent: of all. */
  readonly workspace?: string;
  readonly workflow?: string;
  /** Only those that people of this group may decide. */
  readonly approverGroup?: string;
  readonly limit: number;
  readonly cursor?: string;
}

export interface StoredInteractionPage {
  readonly items: readonly StoredInteraction[];
  readonly nextCursor?: string;
}

/** A run that ended for reasons of the host had no event to close what it asked. */
export function closedWithRun(
  interaction: StoredInteraction,
  { status, endedAt }: { readonly status: string; readonly endedAt?: number },
): StoredInteraction {
  if (interaction.status !== 'open' || status === 'running') return interaction;
  const cancelled: InteractionStatus = 'cancelled';
  return { ...interaction, status: cancelled, ...(endedAt !== undefined && { closedAt: endedAt }) };
}
