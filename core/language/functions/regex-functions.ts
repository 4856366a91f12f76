import { firstMatch, matchesAtStart } from '../regex/python-regex.ts';
import type { Value } from '../values/value.ts';
import type { Arguments } from './arguments.ts';
import { defineFunction } from './define-function.ts';
import type { ExpressionFunction } from './expression-function.ts';

const LIMIT = 'Python syntax, matched in linear time: lookbehind works, lookahead and backreferences do not.';

function extract(given: Arguments): Value {
  const match = firstMatch(given.text(0), given.text(1));
  if (match === undefined) return null;
  return match.groups.find((group) => group !== undefined) ?? match.whole;
}

export const regexFunctions: readonly ExpressionFunction[] = [
  defineFunction(
    'regex_extract',
    'pattern text',
    `The first group that matched, else the whole match, else null. ${LIMIT}`,
    extract,
  ),
  defineFunction('regex_match', 'pattern text', `Whether the text begins with a match. ${LIMIT}`, (given) =>
    matchesAtStart(given.text(0), given.text(1)),
  ),
  defineFunction(
    'regex_not_match',
    'pattern text',
    'Whether the text does not begin with a match.',
    (given) => !matchesAtStart(given.text(0), given.text(1)),
  ),
];
