import { BackplaneError } from '@backplane/sdk';
import { parsePath } from '../path/parse-path.ts';
import type { PathNode } from '../path/path-node.ts';
import { plainSegments } from '../path/plain-segments.ts';
import type { PathExpression, QueryExpression } from './expression-node.ts';
import type { Token } from './token.ts';
import type { TokenCursor } from './token-cursor.ts';

/** The contexts that need a path; the trigger's data is a value itself. */
const EXAMPLES: Readonly<Record<string, string>> = {
  ACTIONS: 'ACTIONS.<ref>.result',
  ENV: 'ENV.environment',
  inputs: 'inputs.<name>',
  steps: 'steps.<ref>.result',
  var: 'var.<name>',
  SECRETS: 'SECRETS.<name>.<KEY>',
  VARS: 'VARS.<name>.<key>',
};

/** Turns a context and the text after it into a plain path where that is all it is, else into a query. */
export function parseContextPath(
  cursor: TokenCursor,
  token: Token & { kind: 'path' },
): PathExpression | QueryExpression {
  const { context, text, start, end } = token;
  const pathStart = start + context.length;
  if (text === '') {
    const example = EXAMPLES[context];
    if (example !== undefined) throw cursor.problem(`\`${context}\` needs a path: \`${example}\``, start);
    return { kind: 'path', context, segments: [], start, end };
  }
  const query = parsed(cursor, text, pathStart);
  const segments = plainSegments(query);
  checkNames(cursor, context, segments?.every((segment) => typeof segment === 'string') ?? false, start);
  if (segments !== undefined) return { kind: 'path', context, segments, start, end };
  return { kind: 'query', context, text, query, start, end };
}

function parsed(cursor: TokenCursor, text: string, pathStart: number): PathNode {
  try {
    return parsePath(text, true);
  } catch (error) {
    // The path counts offsets from its own start, the expression from further left.
    if (!BackplaneError.is(error) || error.code !== 'LANGUAGE_PATH_SYNTAX') throw error;
    const { offset = 0, problem = error.message } = error.facts.details ?? {};
    throw cursor.problem(`The path is not valid: ${problem}`, pathStart + Number(offset));
  }
}

/** Secrets and variables are looked up by name before anything runs, so their names must stand in the text. */
function checkNames(cursor: TokenCursor, context: string, isPlain: boolean, start: number): void {
  if (isPlain || (context !== 'SECRETS' && context !== 'VARS')) return;
  throw cursor.problem(`\`${context}\` is followed by plain names: \`${EXAMPLES[context]}\``, start);
}
