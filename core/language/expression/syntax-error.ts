import type { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';

const SHOWN = 120;

/** `offset` counts from the start of `expression`. Long expressions are shown around the mistake only. */
export function syntaxError(problem: string, expression: string, offset: number): BackplaneError {
  const from = expression.length <= SHOWN ? 0 : Math.max(0, offset - SHOWN / 2);
  const shown = expression.slice(from, from + SHOWN);
  return raise.LANGUAGE_SYNTAX({ problem, expression: shown, offset }, { details: { problem, offset } });
}
