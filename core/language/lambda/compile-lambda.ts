import { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { boundedCache } from '../bounded-cache.ts';
import { compileNode } from '../expression/compile-node.ts';
import { parseExpression } from '../expression/parse-expression.ts';
import type { Scope } from '../template/scope.ts';
import type { Value } from '../values/value.ts';
import { compilePython } from './compile-python.ts';
import { bind } from './environment.ts';
import { lambdaSyntaxError } from './lambda-error.ts';
import { LambdaRun } from './lambda-run.ts';
import { parsePythonLambda } from './parse-python.ts';
import { writeOut } from './write-out.ts';

const MAX_LENGTH = 1_000;
const HEADER = /^lambda\s+([a-zA-Z_][a-zA-Z0-9_]*)\s*:/;

export type Lambda = (argument: unknown) => Value;

const compiled = boundedCache<Lambda>(1_000);

/**
 * Compiles a function of one argument, written as an expression over `x` (`x.id > 3`, `FN.length(x.tags) > 0`), the same after
 * `lambda name:`, or as a Python lambda (`lambda x: x.get('a') in ('b', 'c')`). Throws LANGUAGE_LAMBDA_SYNTAX and its like.
 */
export function compileLambda(source: string): Lambda {
  const text = source.trim();
  if (text.length > MAX_LENGTH) throw raise.LANGUAGE_LAMBDA_TOO_LONG({ limit: MAX_LENGTH });
  return compiled(text, compile);
}

/** With a header Python comes first, so that comparisons chain and escapes are decoded as its readers expect. */
function compile(source: string): Lambda {
  const parameter = HEADER.exec(source)?.[1];
  const [first, second] =
    parameter === undefined && !source.startsWith('lambda') ? [expressionOverX, python] : [python, expressionOverX];
  try {
    return first(source, parameter);
  } catch (error) {
    if (!isSyntaxError(error)) throw error;
    return attempt(() => second(source, parameter), asLambdaError(error, source));
  }
}

/** The second reading counts only when it succeeds or finds something more telling than a syntax error. */
function attempt(read: () => Lambda, firstError: unknown): Lambda {
  try {
    return read();
  } catch (error) {
    throw isSyntaxError(error) ? firstError : error;
  }
}

function isSyntaxError(error: unknown): boolean {
  return BackplaneError.is(error) && (error.code === 'LANGUAGE_SYNTAX' || error.code === 'LANGUAGE_LAMBDA_SYNTAX');
}

function asLambdaError(error: unknown, source: string): unknown {
  if (!BackplaneError.is(error) || error.code !== 'LANGUAGE_SYNTAX') return error;
  const { offset = 0, problem = error.message } = error.facts.details ?? {};
  return lambdaSyntaxError(String(problem), source, Number(offset));
}

function python(source: string): Lambda {
  const { parameters, body } = parsePythonLambda(source);
  const [parameter] = parameters;
  if (parameters.length !== 1 || parameter === undefined)
    throw lambdaSyntaxError('A lambda takes one argument', source, 0);
  const evaluate = compilePython(body, new Set([parameter]));
  return (argument) => {
    const run = new LambdaRun();
    return writeOut(evaluate(bind({ run }, parameter, argument as Value)), run);
  };
}

function expressionOverX(source: string, parameter = 'x'): Lambda {
  const body = source.replace(HEADER, (header) => ' '.repeat(header.length));
  const root = parseExpression(body, { contexts: new Set([parameter]) });
  if (root.kind === 'loop') throw lambdaSyntaxError('`for … in …` cannot stand here', source, root.start);
  const evaluate = compileNode(root);
  return (argument) => evaluate({ [parameter]: argument ?? null } as Scope);
}
