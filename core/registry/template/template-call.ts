import type { Scope } from '../../language/template/scope.ts';
import type { ActionRegistry, Invocation } from '../runnable-action.ts';
import type { CompiledTemplate } from './compiled-template.ts';
import type { HeldSecrets } from './held-secrets.ts';
import type { Mask } from './mask-secrets.ts';

/** One run of one template: what its steps share. */
export interface TemplateCall {
  readonly template: CompiledTemplate;
  readonly registry: ActionRegistry;
  readonly invocation: Invocation;
  readonly secrets: HeldSecrets;
  readonly scope: Scope;
  /** What the finished steps gave, by ref; the `steps` context. */
  readonly steps: Record<string, StepContext>;
  readonly mask: Mask;
}

/** A finished step as expressions see it. */
export interface StepContext {
  readonly result: unknown;
  readonly result_typename: string;
  readonly error: null;
  readonly error_typename: null;
  readonly interaction: null;
  readonly interaction_id: null;
  readonly interaction_type: null;
}
