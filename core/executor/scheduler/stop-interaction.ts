import type { GraphAction } from '../../workflow/graph.ts';
import type { InteractionState, InteractionStatus } from './interaction-state.ts';
import type { Turn } from './turn.ts';

/** Has the change written down where people look for what waits for them. */
export function indexInteraction(
  turn: Turn,
  { index, ref }: GraphAction,
  stream: string | undefined,
  interaction: InteractionState,
): void {
  const place = { action: index, ref, ...(stream !== undefined && { stream }) };
  turn.commands.push({ type: 'IndexInteraction', ...place, interaction: { ...interaction } });
}

export function closeInteraction(
  turn: Turn,
  action: GraphAction,
  stream: string | undefined,
  interaction: InteractionState,
  status: Exclude<InteractionStatus, 'open'>,
): void {
  interaction.status = status;
  interaction.closedAt = turn.state.now;
  indexInteraction(turn, action, stream, interaction);
}
