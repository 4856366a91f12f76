import type { ErrorCatalogue, ErrorEntry } from '@backplane/sdk';
import { languageValueErrors } from './language-value.ts';

/** A mistake in what the user wrote: fails again until it is corrected. */
function input<D>(message: (data: D) => string, remedy: string): ErrorEntry<D> {
  return { status: 422, blame: 'input', retry: 'after-fix', message, remedy };
}

const hint = (name: string | undefined) => (name === undefined ? '' : ` Did you mean \`${name}\`?`);

export const languageErrors = {
  ...languageValueErrors,
  LANGUAGE_SYNTAX: input(
    (d: { problem: string; expression: string; offset: number }) =>
      `${d.problem} (at character ${d.offset + 1} of \`${d.expression}\`).`,
    'Correct the expression; strings, lists, maps, paths, FN calls and `a if c else b` are the building blocks.',
  ),
  LANGUAGE_PATH_SYNTAX: input(
    (d: { problem: string; path: string; offset: number }) =>
      `The path \`${d.path}\` is not valid: ${d.problem} (at character ${d.offset + 1}).`,
    'Write paths as `.name`, `.\'quoted name\'`, `["key"]`, `[0]`, `[*]`, `[1:3]` or `[?(@.field == "value")]`.',
  ),
  LANGUAGE_CONTEXT_ABSENT: input(
    (d: { context: string; available: readonly string[] }) =>
      `\`${d.context}\` is not available here${d.available.length > 0 ? `; there is ${d.available.join(', ')}` : ''}.`,
    'Use a context that exists where the expression stands: `inputs` and `steps` in action templates, `TRIGGER` and `ACTIONS` in workflows.',
  ),
  LANGUAGE_CONTEXT_FORBIDDEN: input(
    (d: { context: string; allowed: readonly string[] }) =>
      `\`${d.context}\` may not be used here; allowed are ${d.allowed.join(', ')}.`,
    'Use one of the allowed contexts, or hand the value in as an input.',
  ),
  LANGUAGE_PATH_MISSING: input(
    (d: { path: string; problem: string; didYouMean?: string }) => `\`${d.path}\`: ${d.problem}.${hint(d.didYouMean)}`,
    'Correct the path, or give a fallback with `path || "default"`; without `strict` a missing path is null.',
  ),
  LANGUAGE_FUNCTION_UNKNOWN: input(
    (d: { name: string; didYouMean?: string }) =>
      `There is no function \`FN.${d.name}\`.${hint(d.didYouMean && `FN.${d.didYouMean}`)}`,
    'The reference of expression functions lists every name.',
  ),
  LANGUAGE_FUNCTION_ARITY: input(
    (d: { name: string; expected: string; given: number }) => `\`FN.${d.name}\` takes ${d.expected}, not ${d.given}.`,
    'Pass the number of arguments that the function takes.',
  ),
  LANGUAGE_INDEX: input(
    (d: { problem: string }) => d.problem,
    'Check the length or the keys first, or use a path, which gives null for what is missing.',
  ),
  LANGUAGE_FORBIDDEN_NAME: input(
    (d: { name: string }) => `The name \`${d.name}\` may not be used.`,
    'Rename the field; `__proto__`, `prototype` and `constructor` are reserved.',
  ),
  LANGUAGE_KEY_COLLISION: input(
    (d: { key: string }) => `Two keys of the same map evaluate to \`${d.key}\`.`,
    'Make the keys differ, or merge the maps with `FN.merge`.',
  ),
  LANGUAGE_KEY_TYPE: input(
    (d: { type: string }) => `A map key must be a string or a number; this one evaluates to a ${d.type}.`,
    'Convert the key with `str(…)`.',
  ),
  LANGUAGE_NOT_ITERABLE: input(
    (d: { type: string; name?: string }) =>
      `\`for${d.name === undefined ? '' : ` ${d.name}`}\` needs a list to go through, not a ${d.type}.`,
    'Give a list; `FN.to_keys`, `FN.to_values`, `FN.range` and `FN.split` make one.',
  ),
  LANGUAGE_ITERATOR_MISPLACED: input(
    () => '`for … in …` can only stand alone in `for_each`.',
    'Move the loop to `for_each` of the action, or use `FN.….map(…)`.',
  ),
  LANGUAGE_ITERATOR_EXPECTED: input(
    (d: { found: string }) => `\`for_each\` expects \`\${{ for var.name in … }}\`, not \`${d.found}\`.`,
    'Write `${{ for var.item in TRIGGER.items }}`.',
  ),
  LANGUAGE_INPUT_UNDECLARED: input(
    (d: { name: string; didYouMean?: string }) => `The input \`${d.name}\` is not declared.${hint(d.didYouMean)}`,
    'Declare it under `expects`, or correct the name.',
  ),
  LANGUAGE_SECRET_KEY_EXPECTED: input(
    (d: { path: string }) => `\`${d.path}\` does not name one value of a secret.`,
    'Write `SECRETS.<name>.<KEY>`.',
  ),
  LANGUAGE_STEP_UNKNOWN: input(
    (d: { name: string; didYouMean?: string }) => `There is no step \`${d.name}\`.${hint(d.didYouMean)}`,
    'Refer to the `ref` of a step of this template.',
  ),
  LANGUAGE_ACTION_UNKNOWN: input(
    (d: { name: string; didYouMean?: string }) => `There is no action \`${d.name}\`.${hint(d.didYouMean)}`,
    'Refer to the `ref` of an action of this workflow.',
  ),
  LANGUAGE_BUDGET_SOURCE: input(
    (d: { limit: number }) => `The expression is longer than ${d.limit} characters.`,
    'Split it over several values, or use a script.',
  ),
  LANGUAGE_BUDGET_DEPTH: input(
    (d: { limit: number }) => `Nested deeper than ${d.limit} levels.`,
    'Flatten the value or the expression.',
  ),
  LANGUAGE_BUDGET_STEPS: input(
    (d: { limit: number }) => `The evaluation took more than ${d.limit} steps.`,
    'Work on less data at once, or use a script.',
  ),
  LANGUAGE_BUDGET_OUTPUT: input(
    (d: { limit: number }) => `The result is larger than ${d.limit} characters or items.`,
    'Produce less in one value, or use a script.',
  ),
  LANGUAGE_LAMBDA_SYNTAX: input(
    (d: { problem: string; source: string; offset: number }) =>
      `${d.problem} (at character ${d.offset + 1} of \`${d.source}\`).`,
    'Write a function of one argument: `x.id > 3` or `lambda x: x["id"] > 3`.',
  ),
  LANGUAGE_LAMBDA_FORBIDDEN: input(
    (d: { what: string; didYouMean?: string }) => `${d.what} may not be used in a lambda.${hint(d.didYouMean)}`,
    'Lambdas know a fixed list of functions and methods; use a script for more.',
  ),
  LANGUAGE_LAMBDA_TOO_LONG: input(
    (d: { limit: number }) => `A lambda may have at most ${d.limit} characters.`,
    'Shorten it, or use a script.',
  ),
  LANGUAGE_LAMBDA_TYPE: input(
    (d: { problem: string }) => `The lambda failed: ${d.problem}.`,
    'Check what the lambda receives; `x.get("name")` gives None for a missing key.',
  ),
  LANGUAGE_LAMBDA_ITEMS: input(
    (d: { limit: number }) => `A lambda may handle at most ${d.limit} items.`,
    'Split the list, or use a script.',
  ),
} as const satisfies ErrorCatalogue;
