import type { ErrorCatalogue, ErrorEntry } from '@backplane/sdk';

function input<D>(message: (data: D) => string, remedy: string): ErrorEntry<D> {
  return { status: 422, blame: 'input', retry: 'after-fix', message, remedy };
}

/** Errors of computing with values. Messages name types and lengths, never the values: those may be secrets. */
export const languageValueErrors = {
  LANGUAGE_OPERANDS: input(
    (d: { operator: string; left: string; right: string }) =>
      `\`${d.operator}\` does not work on ${d.left} and ${d.right}.`,
    'Convert one side first with `int(…)`, `float(…)` or `str(…)`; `FN.concat` joins strings.',
  ),
  LANGUAGE_OPERAND: input(
    (d: { operator: string; type: string }) => `\`${d.operator}\` does not work on ${d.type}.`,
    'Convert the value first with `int(…)` or `float(…)`.',
  ),
  LANGUAGE_ORDER: input(
    (d: { left: string; right: string }) => `${d.left} and ${d.right} have no order.`,
    'Compare values of one kind; give dates on both sides a zone, or none, with `FN.set_timezone` and `FN.unset_timezone`.',
  ),
  LANGUAGE_DIVISION_BY_ZERO: input(
    (d: { operator: string }) => `\`${d.operator}\` by zero.`,
    'Guard it: `a / b if b else 0`.',
  ),
  LANGUAGE_NUMBER_RANGE: input(
    (d: { problem: string }) => `The number is out of range: ${d.problem}.`,
    'Use smaller numbers.',
  ),
  LANGUAGE_CAST: input(
    (d: { type: string; given: string; expected: string }) =>
      `${d.given} cannot become \`${d.type}\`; expected is ${d.expected}.`,
    'Check the value before it is converted; `a if FN.regex_match("^\\d+$", a) else 0` gives a fallback.',
  ),
  LANGUAGE_MEMBERSHIP: input(
    (d: { collection: string; item: string }) => `\`in\` cannot look for ${d.item} in ${d.collection}.`,
    'Look in a list, the keys of a map, or for a string in a string.',
  ),
  LANGUAGE_NOT_DATA: input(
    (d: { type: string }) => `A value of type ${d.type} cannot be written as JSON.`,
    'Convert it with `str(…)`, or pick the fields you need.',
  ),
  LANGUAGE_ARGUMENT: input(
    (d: { function: string; parameter: string; expected: string; given: string }) =>
      `\`FN.${d.function}\`: \`${d.parameter}\` must be ${d.expected}, not ${d.given}.`,
    'Convert the argument, or guard it: `FN.name(x) if x else None`.',
  ),
  LANGUAGE_FUNCTION_FAILED: input(
    (d: { function: string; problem: string }) => `\`FN.${d.function}\`: ${d.problem}.`,
    'Correct the arguments; the reference of expression functions describes each function.',
  ),
  LANGUAGE_REGEX: input(
    (d: { problem: string }) => `The regular expression is not valid here: ${d.problem}.`,
    'Patterns are in Python syntax and matched in linear time: lookbehind works, lookahead and backreferences do not.',
  ),
  LANGUAGE_TIMEZONE: input(
    (d: { given: string }) => `There is no time zone \`${d.given}\`.`,
    'Use an IANA name such as `UTC`, `Europe/Berlin` or `America/New_York`.',
  ),
  LANGUAGE_FORMAT: input(
    (d: { problem: string }) => `The format cannot be applied: ${d.problem}.`,
    'See the format string syntax of Python, or the strftime codes for dates.',
  ),
} as const satisfies ErrorCatalogue;
