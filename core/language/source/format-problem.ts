import type { Problem } from './problem.ts';

/** `file:line:column  error CODE  message (did you mean …)`, and the remedy on a line below. Editors make the first part a link. */
export function formatProblem(problem: Problem): string {
  const { code, severity, remedy } = problem;
  const place = placeOf(problem);
  return `${place}  ${severity} ${code}  ${problemText(problem)}${remedy === undefined ? '' : `\n    ${remedy}`}`;
}

/** Place and message in one line, for problems listed inside another message. */
export function briefProblem(problem: Problem): string {
  return `${placeOf(problem)} ${problemText(problem)}`;
}

function placeOf({ position: { file, line, column } }: Problem): string {
  return `${file === undefined ? '' : `${file}:`}${line}:${column}`;
}

/** The message alone, for problems whose place nobody sees. */
export function problemText({ message, expected, didYouMean }: Problem): string {
  const wanted = expected === undefined ? '' : ` Expected ${expected}.`;
  const hinted = didYouMean === undefined || /did you mean/i.test(message);
  return `${message}${wanted}${hinted ? '' : ` (did you mean "${didYouMean}"?)`}`;
}
