import type { StepState } from './state.ts';

/** What a step shows as `ACTIONS.<ref>.interaction`: the response, or how the approval stands. */
export function interactionView({ interaction }: StepState): unknown {
  if (interaction === undefined) return null;
  if (interaction.type === 'response') return interaction.response?.data ?? null;
  const { status, decisions } = interaction;
  return {
    approved: status === 'approved',
    status,
    decisions: decisions.map(({ id: _, data = null, comment = null, groups = [], ...decision }) => {
      return { ...decision, comment, groups, data };
    }),
  };
}
