import { pythonTypeName } from '../../language/values/type-name.ts';
import { interactionView } from './interaction-view.ts';
import type { StepState } from './state.ts';

/** A step as `ACTIONS.<ref>` shows it: a step that has no result, or was skipped, shows null and not a missing path. */
export function stepView(ref: string, step: StepState): Readonly<Record<string, unknown>> {
  const { result = null, error, errors } = step;
  return {
    __proto__: null,
    result,
    result_typename: pythonTypeName(result),
    error: error === undefined ? (errors ?? null) : { ref, attempt: step.attempts, type: error.code, ...error },
    error_typename: error?.code ?? (errors === undefined ? null : 'list'),
    interaction: interactionView(step),
    interaction_id: step.interaction?.id ?? null,
    interaction_type: step.interaction?.type ?? null,
  };
}

/** A step that nothing has touched yet. */
export const UNTOUCHED: StepState = { status: 'waiting', attempts: 0 };
