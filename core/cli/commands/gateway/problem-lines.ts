import { type GatewayProblem, problemLine } from '../../../gateway/files/gateway-problem.ts';
import { harmless } from '../../terminal-look.ts';

/** For people, on stderr. */
export function printGatewayProblems(problems: readonly GatewayProblem[]): void {
  for (const problem of problems) process.stderr.write(`${harmless(problemLine(problem))}\n`);
}

export const say = (lines: readonly string[]) => process.stdout.write(`${lines.map(harmless).join('\n')}\n`);
