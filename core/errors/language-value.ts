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
} as const satisfies ErrorCatalogue;
