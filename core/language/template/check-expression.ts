import { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { arityProblem } from '../expression/arity.ts';
import { allNodes } from '../expression/child-nodes.ts';
import type { CallExpression, Root } from '../expression/expression-node.ts';
import { pathText } from '../expression/path-text.ts';
import { type ReferencedPath, referencedPaths } from '../expression/referenced-paths.ts';
import { findFunction, functionNames } from '../functions/function-table.ts';
import { nearest } from '../source/did-you-mean.ts';
import type { CheckRules, TemplateProblem } from './check-rules.ts';

/** A problem before its place in the template is known; the offset counts from the start of the expression. */
export type ExpressionProblem = Omit<TemplateProblem, 'at'>;

const MAX_LISTED = 20;

const OTHER_NAME: Readonly<Record<string, string>> = { steps: 'ACTIONS', INPUTS: 'inputs' };

/** All that the rules forbid in one parsed expression, in the order of the text. */
export function checkExpression(root: Root, rules: CheckRules): ExpressionProblem[] {
  const problems = referencedPaths(root).flatMap((path) => checkReference(path, rules));
  for (const node of allNodes(root)) if (node.kind === 'call') problems.push(...checkCall(node, rules));
  return problems.toSorted((left, right) => left.offset - right.offset);
}

/** The problem form of a coded error. */
export function problemOf(error: unknown, more: Partial<ExpressionProblem> = {}): ExpressionProblem {
  if (!BackplaneError.is(error)) throw error;
  return { code: error.code, message: error.message, offset: Number(error.facts.details?.['offset'] ?? 0), ...more };
}

function checkReference(
  { context: written, segments, offset }: ReferencedPath,
  rules: CheckRules,
): ExpressionProblem[] {
  const context = contextMeant(written, rules);
  if (!rules.contexts.includes(context)) {
    const allowed = rules.functions === false ? rules.contexts : [...rules.contexts, 'FN'];
    return [
      problemOf(raise.LANGUAGE_CONTEXT_FORBIDDEN({ context, allowed }), { offset, expected: allowed.join(', ') }),
    ];
  }
  if (context === 'SECRETS' && segments.length !== 2) {
    const error = raise.LANGUAGE_SECRET_KEY_EXPECTED({ path: pathText(context, segments) });
    return [problemOf(error, { offset, expected: 'SECRETS.<name>.<KEY>' })];
  }
  const [name] = segments;
  const known =
    context === 'inputs'
      ? rules.inputs
      : context === 'steps'
        ? rules.steps
        : context === 'ACTIONS'
          ? rules.actions
          : undefined;
  if (name === undefined || known === undefined || known.has(name)) return [];
  const didYouMean = nearest(name, known);
  const data = { name, ...(didYouMean === undefined ? {} : { didYouMean }) };
  return [
    problemOf(unknownName(context, data), {
      offset,
      ...listed(known),
      ...(didYouMean === undefined ? {} : { didYouMean }),
    }),
  ];
}

/** Where a context does not exist, its other name is meant: `steps` in a workflow, `INPUTS` in a template. */
function contextMeant(context: ReferencedPath['context'], { contexts }: CheckRules): ReferencedPath['context'] {
  const other = OTHER_NAME[context];
  return other !== undefined && !contexts.includes(context) && contexts.includes(other) ? other : context;
}

function unknownName(context: string, data: { name: string; didYouMean?: string }): BackplaneError {
  if (context === 'inputs') return raise.LANGUAGE_INPUT_UNDECLARED(data);
  return context === 'steps' ? raise.LANGUAGE_STEP_UNKNOWN(data) : raise.LANGUAGE_ACTION_UNKNOWN(data);
}

function listed(names: ReadonlySet<string>): { expected?: string } {
  if (names.size === 0) return {};
  const shown = [...names].slice(0, MAX_LISTED).join(', ');
  return { expected: names.size > MAX_LISTED ? `${shown} …` : shown };
}

function checkCall({ name, args, start: offset }: CallExpression, rules: CheckRules): ExpressionProblem[] {
  if (rules.functions === false) {
    return [problemOf(raise.LANGUAGE_CONTEXT_FORBIDDEN({ context: 'FN', allowed: rules.contexts }), { offset })];
  }
  const target = findFunction(name);
  if (target === undefined) {
    const didYouMean = nearest(name, functionNames());
    const hint = didYouMean === undefined ? {} : { didYouMean };
    return [problemOf(raise.LANGUAGE_FUNCTION_UNKNOWN({ name, ...hint }), { offset, ...hint })];
  }
  const arity = arityProblem(target, args.length);
  return arity === undefined
    ? []
    : [problemOf(raise.LANGUAGE_FUNCTION_ARITY({ name, ...arity }), { offset, expected: arity.expected })];
}
