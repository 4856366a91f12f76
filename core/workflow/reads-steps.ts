import type { Reference } from '../language/template/template.ts';

/** True for what names a step of the run: `ACTIONS.scan`, or `steps.scan` as templates say. */
export function readsSteps({ context }: Pick<Reference, 'context'>): boolean {
  return context === 'ACTIONS' || context === 'steps';
}
