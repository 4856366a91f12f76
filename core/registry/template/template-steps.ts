import type { RunnableAction } from '../runnable-action.ts';
import type { TemplateStep } from './template-definition.ts';

const STEPS: unique symbol = Symbol('template steps');

/** An action made from a template, which shows its steps to whoever has to look through it. */
export interface StepsOwner {
  readonly [STEPS]: () => readonly TemplateStep[];
}

export function withSteps<A extends RunnableAction>(action: A, steps: () => readonly TemplateStep[]): A & StepsOwner {
  return Object.assign(action, { [STEPS]: steps });
}

/** The steps behind an action; none for a plugin's. */
export function stepsOf(action: RunnableAction): readonly TemplateStep[] {
  return STEPS in action ? (action as RunnableAction & StepsOwner)[STEPS]() : [];
}
