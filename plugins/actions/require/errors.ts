import { defineErrors, type ErrorCatalogue } from '@backplane/sdk';

export const requireErrors = {
  REQUIRE_NOT_MET: {
    status: 422,
    blame: 'input',
    retry: 'never',
    message: (d: { failed: readonly number[]; total: number; all: boolean }) =>
      d.total === 1
        ? 'The condition does not hold.'
        : d.all
          ? `${d.failed.length} of ${d.total} conditions do not hold: number ${d.failed.map((index) => index + 1).join(', ')}.`
          : `None of the ${d.total} conditions holds.`,
    remedy:
      'The workflow stops here by design; handle the case with an error edge, or set `raise_error: false` and look at the result.',
  },
} as const satisfies ErrorCatalogue;

export const raise = defineErrors(requireErrors);
