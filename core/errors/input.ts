import type { ErrorCatalogue } from '@backplane/sdk';

/** The types of `expects` and the values given for them. */
export const inputErrors = {
  TYPE_SYNTAX: {
    status: 422,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { type: string; problem: string; offset: number; didYouMean?: string }) =>
      `The type \`${d.type}\` is not valid: ${d.problem} (at character ${d.offset + 1}).${d.didYouMean === undefined ? '' : ` Did you mean \`${d.didYouMean}\`?`}`,
    remedy:
      'Types are int, str, bool, float, datetime, duration, any, None, list[T], dict, dict[K, V], enum["a", "b"] and unions with `|`.',
  },
  INPUT_INVALID: {
    status: 422,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { problems: readonly string[] }) =>
      d.problems.length === 1
        ? d.problems[0]!
        : `${d.problems.length} values are not valid:\n${d.problems.map((line) => `  ${line}`).join('\n')}`,
    remedy: 'Give values of the types that are expected; `details.problems` lists each place.',
  },
  INPUT_TOO_DEEP: {
    status: 422,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { levels: number }) => `The JSON is nested more than ${d.levels} levels deep.`,
    remedy: 'Send flatter data, or the deep part as text.',
  },
} as const satisfies ErrorCatalogue;
