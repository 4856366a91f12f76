import type { Position } from '@backplane/sdk';

/** One finding of a static check. Checks collect all of them before they answer. */
export interface Problem {
  /** A code of the error catalogue. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly position: Position;
  readonly expected?: string;
  readonly didYouMean?: string;
  readonly remedy?: string;
}
