import { raise } from '../../../errors/catalogue.ts';
import { nearest } from '../../../language/source/did-you-mean.ts';
import type { Problem } from '../../../language/source/problem.ts';
import { toProblem } from '../../../language/source/to-problem.ts';
import type { Need } from './workflow-needs.ts';

export interface Supplies {
  /** `undefined`: nobody knows which secrets there will be. */
  readonly hasSecret?: (name: string, environment: string | undefined) => boolean;
  /** Names of variables. */
  readonly variables?: readonly string[];
}

/** Warnings about what the workflow needs and the host does not have. */
export function missingNeeds(needs: readonly Need[], { hasSecret, variables }: Supplies): Problem[] {
  return needs.flatMap(({ kind, name, environment, by, position }) => {
    if (kind === 'secret') {
      if (hasSecret === undefined || hasSecret(name, environment)) return [];
      const where = environment ?? 'that an expression gives';
      const error = raise.WORKFLOW_SECRET_MISSING({ secret: name, environment: where, by });
      return [toProblem(error, position, { severity: 'warning' })];
    }
    if (variables === undefined || variables.includes(name)) return [];
    const didYouMean = nearest(name, variables);
    const hint = didYouMean === undefined ? {} : { didYouMean };
    const error = raise.WORKFLOW_VARIABLE_MISSING({ name, ...hint });
    return [toProblem(error, position, { severity: 'warning', ...hint })];
  });
}
