import { BackplaneError } from '@backplane/sdk';
import { parsePath } from '../path/parse-path.ts';
import type { PathNode } from '../path/path-node.ts';
import { plainSegments } from '../path/plain-segments.ts';
import type { PathExpression, QueryExpression } from './expression-node.ts';
import type { Token } from './token.ts';
import type { TokenCursor } from './token-cursor.ts';

const NEEDS_PATH: ReadonlySet<string> = new Set(['ACTIONS', 'ENV', 'inputs', 'steps', 'var']);

/** Turns a context and the text after it into a plain path where that is all it is, else into a query. */
export function parseContextPath(
  cursor: TokenCursor,
  token: Token & { kind: 'path' },
): PathExpression | QueryExpression {
  const { context, text, start, end } = token;
  const pathStart = start + context.length;
  if (text === '') {
    if (NEEDS_PATH.has(context)) throw cursor.problem(`\`${context}\` needs a path: \`${context}.name\``, start);
    if (context === 'SECRETS' || context === 'VARS') throw cursor.problem(shapeOf(context), start);
    return { kind: 'path', context, segments: [], start, end };
  }
  const query = parsed(cursor, text, pathStart);
  const segments = plainSegments(query);
  checkShape(cursor, context, segments, start);
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
function checkShape(
  cursor: TokenCursor,
  context: string,
  segments: readonly (string | number)[] | undefined,
  start: number,
): void {
  if (context !== 'SECRETS' && context !== 'VARS') return;
  const fits = segments?.every((segment) => typeof segment === 'string') ?? false;
  const count = segments?.length ?? 0;
  if (!fits || count > 2 || (context === 'SECRETS' && count < 2)) throw cursor.problem(shapeOf(context), start);
}

function shapeOf(context: 'SECRETS' | 'VARS'): string {
  return context === 'SECRETS'
    ? 'Secrets are written `SECRETS.<name>.<KEY>`'
    : 'Variables are written `VARS.<name>` or `VARS.<name>.<key>`';
}
