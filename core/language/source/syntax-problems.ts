import type { Position } from '@backplane/sdk';
import type { YAMLParseError } from 'yaml';
import { raise } from '../../errors/catalogue.ts';
import type { Problem } from './problem.ts';
import { toProblem } from './to-problem.ts';

/**
 * What the parser complains about, without the echo: one finding a line, and none after the first token that fits nowhere,
 * since from there on it only guesses.
 */
export function syntaxProblems(
  source: string,
  errors: readonly YAMLParseError[],
  positionAt: (offset: number) => Position,
): Problem[] {
  const problems: Problem[] = [];
  let lastLine = 0;
  for (const error of errors) {
    const position = positionAt(error.pos[0]);
    if (position.line !== lastLine) problems.push(syntaxProblem(source, error, position));
    lastLine = position.line;
    if (error.code === 'UNEXPECTED_TOKEN') break;
  }
  return problems;
}

function syntaxProblem(source: string, error: YAMLParseError, position: Position): Problem {
  if (error.code === 'TAB_AS_INDENT') return toProblem(raise.YAML_TAB({}), position);
  if (source.slice(error.pos[0] - 1, error.pos[0] + 2) === '${{') {
    const column = position.column - 1;
    return toProblem(raise.YAML_SYNTAX({ problem: '${{ }} inside [ ] or { } must be quoted' }), {
      ...position,
      column,
    });
  }
  const problem = error.message.replaceAll(/\s*\n\s*/g, ' ');
  return toProblem(
    raise.YAML_SYNTAX({ problem: problem.length > 200 ? `${problem.slice(0, 200)}…` : problem }),
    position,
  );
}
