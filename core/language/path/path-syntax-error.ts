import type { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';

export function pathSyntaxError(problem: string, path: string, offset: number): BackplaneError {
  return raise.LANGUAGE_PATH_SYNTAX({ problem, path, offset }, { details: { problem, offset } });
}
