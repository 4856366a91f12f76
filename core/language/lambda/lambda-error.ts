import type { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';

const SHOWN = 120;

export function lambdaSyntaxError(problem: string, source: string, offset: number): BackplaneError {
  const shown = source.length <= SHOWN ? source : `${source.slice(0, SHOWN)}…`;
  return raise.LANGUAGE_LAMBDA_SYNTAX({ problem, source: shown, offset }, { details: { offset } });
}

/** A value of the wrong kind while a lambda runs; `problem` starts in lower case. */
export function lambdaTypeError(problem: string): BackplaneError {
  return raise.LANGUAGE_LAMBDA_TYPE({ problem });
}
