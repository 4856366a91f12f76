import { briefProblem } from '../../../../language/source/format-problem.ts';
import type { Problem } from '../../../../language/source/problem.ts';
import type { SourceProblem } from '../source-diff.ts';

export function sourceProblem(problem: Problem): SourceProblem {
  return { code: problem.code, message: briefProblem(problem), position: problem.position };
}
