import { raise } from '../../errors/catalogue.ts';
import { parseExpression } from '../expression/parse-expression.ts';
import { isForbiddenName } from '../path/forbidden-name.ts';
import { isRecord } from '../values/is-record.ts';
import { checkExpression, type ExpressionProblem, problemOf } from './check-expression.ts';
import type { CheckRules, TemplateProblem } from './check-rules.ts';
import type { TemplatePath } from './locate-error.ts';
import { hasExpression, splitString } from './split-string.ts';

const MAX_DEPTH = 500;

/** Every problem of every expression in a value, keys included, without evaluating any. One problem for an expression that does not parse. */
export function checkTemplate(source: unknown, rules: CheckRules): readonly TemplateProblem[] {
  return checkValue(source, [], rules, 'value');
}

/** The same for the iterators of a `for_each`: each string must be one `${{ for var.x in … }}`. */
export function checkIterators(source: unknown, rules: CheckRules): readonly TemplateProblem[] {
  if (Array.isArray(source) && source.length > 0) {
    return source.flatMap((item, index) => checkIterator(item, [index], rules));
  }
  return checkIterator(source, [], rules);
}

function checkIterator(source: unknown, at: TemplatePath, rules: CheckRules): TemplateProblem[] {
  const text = typeof source === 'string' ? source.trim() : '';
  const isOne = text.startsWith('${{') && text.endsWith('}}');
  if (isOne) return checkString(source as string, at, rules, 'iterator');
  return [{ ...problemOf(raise.LANGUAGE_ITERATOR_EXPECTED({ found: String(source) })), at }];
}

type Place = 'value' | 'iterator';

function checkValue(source: unknown, at: TemplatePath, rules: CheckRules, place: Place): TemplateProblem[] {
  if (typeof source === 'string') return checkString(source, at, rules, place);
  if (at.length > MAX_DEPTH) return [{ ...problemOf(raise.LANGUAGE_BUDGET_DEPTH({ limit: MAX_DEPTH })), at }];
  if (Array.isArray(source)) return source.flatMap((item, index) => checkValue(item, [...at, index], rules, place));
  if (!isRecord(source)) return [];
  return Object.keys(source).flatMap((key) => {
    const path = [...at, key];
    if (isForbiddenName(key)) return [{ ...problemOf(raise.LANGUAGE_FORBIDDEN_NAME({ name: key })), at: path }];
    return [...checkString(key, path, rules, place), ...checkValue(source[key], path, rules, place)];
  });
}

function checkString(text: string, at: TemplatePath, rules: CheckRules, place: Place): TemplateProblem[] {
  if (!hasExpression(text)) return [];
  try {
    return splitString(text).flatMap((part) => {
      if (part.kind === 'text') return [];
      return checkSource(part.source, rules, place).map((problem) => ({
        ...problem,
        at,
        offset: part.offset + problem.offset,
      }));
    });
  } catch (error) {
    return [{ ...problemOf(error), at }];
  }
}

function checkSource(source: string, rules: CheckRules, place: Place): ExpressionProblem[] {
  try {
    const root = parseExpression(source);
    if (place === 'value' && root.kind === 'loop')
      return [problemOf(raise.LANGUAGE_ITERATOR_MISPLACED({}), { offset: root.start })];
    if (place === 'iterator' && root.kind !== 'loop')
      return [problemOf(raise.LANGUAGE_ITERATOR_EXPECTED({ found: source.trim() }))];
    return checkExpression(root, rules);
  } catch (error) {
    return [problemOf(error)];
  }
}
