import type { Position, SecretRequirement } from '@backplane/sdk';
import type { ExpectedFields } from '../../language/types/coerce-fields.ts';

/** A template file (`type: action`) after reading: shapes are right, expressions are still text. */
export interface TemplateDefinition {
  /** `namespace.name`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly group: string;
  readonly docsUrl?: string;
  readonly author?: string;
  readonly deprecated?: string;
  readonly secrets: readonly SecretRequirement[];
  /** Declared under `expects`; one without default is required, even when its type allows null. */
  readonly inputs: ExpectedFields;
  readonly steps: readonly TemplateStep[];
  /** Any structure of expressions, evaluated after the last step. */
  readonly returns: unknown;
  /** From a `returns: {type, description}` block; JSON Schema. */
  readonly outputSchema?: Readonly<Record<string, unknown>>;
  /** Missing paths in expressions are errors. */
  readonly strict: boolean;
}

export interface TemplateStep {
  readonly ref: string;
  readonly action: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Truthy or the step is skipped and its result is null. */
  readonly runIf?: unknown;
  /** `${{ for var.x in … }}` or a list of them; the result is a list. */
  readonly forEach?: string | readonly string[];
  readonly retry?: StepRetry;
  /** One attempt, milliseconds. */
  readonly timeoutMs?: number;
  /** Where it stands in the file's list of steps. */
  readonly index: number;
  readonly position: Position;
}

export interface StepRetry {
  /** Counts the first one too. */
  readonly maxAttempts: number;
  /** Pause before the second attempt, milliseconds. */
  readonly delayMs: number;
  /** Each further pause is this many times the one before. */
  readonly backoff: number;
  readonly maxDelayMs: number;
}
