import type { BackplaneError, Position } from '@backplane/sdk';
import type { Problem } from './problem.ts';

/** A catalogue error as a finding of a static check, so that codes, messages and remedies have one source. */
export function toProblem(
  error: BackplaneError,
  position: Position,
  extras: Partial<Pick<Problem, 'severity' | 'expected' | 'didYouMean'>> = {},
): Problem {
  return {
    code: error.code,
    severity: 'error',
    message: error.message,
    position,
    ...extras,
    ...(error.facts.remedy === '' ? {} : { remedy: error.facts.remedy }),
  };
}
