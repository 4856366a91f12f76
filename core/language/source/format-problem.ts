import type { Problem } from './problem.ts';

/** `file:line:column  error CODE  message (did you mean …)`, and the remedy on a line below. Editors make the first part a link. */
export function formatProblem(problem: Problem): string {
  const { file, line, column } = problem.position;
  const place = `${file === undefined ? '' : `${file}:`}${line}:${column}`;
  const expected = problem.expected === undefined ? '' : ` Expected ${problem.expected}.`;
  const hinted = problem.didYouMean === undefined || /did you mean/i.test(problem.message);
  const hint = hinted ? '' : ` (did you mean "${problem.didYouMean}"?)`;
  const remedy = problem.remedy === undefined ? '' : `\n    ${problem.remedy}`;
  return `${place}  ${problem.severity} ${problem.code}  ${problem.message}${expected}${hint}${remedy}`;
}
