import type { InteractionState } from './scheduler/interaction-state.ts';
import { MASK } from './secret-mask.ts';

/** What was answered to a step with `mask_output`, without what it holds: who answered, and when, remains. */
export function maskedInteraction({ response, decisions, ...asked }: Readonly<InteractionState>): InteractionState {
  return {
    ...asked,
    decisions: decisions.map((decision) => (decision.data === undefined ? decision : { ...decision, data: MASK })),
    ...(response !== undefined && { response: { ...response, data: MASK } }),
  };
}
