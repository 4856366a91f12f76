import type { ErrorCatalogue } from '@backplane/sdk';

/** What starts workflows by the clock. */
export const scheduleErrors = {
  SCHEDULE_NOT_FOUND: {
    status: 404,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { id: string }) => `There is no schedule "${d.id}".`,
    remedy: 'Check the id; `backplane schedule list` shows every schedule.',
  },
  SCHEDULE_INVALID: {
    status: 422,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { problems: readonly string[] }) => `The schedule is not valid: ${d.problems.join('; ')}`,
    remedy: 'Correct what is named; the reference of workflows lists every key of a schedule.',
  },
  SCHEDULE_REF_TAKEN: {
    status: 409,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { ref: string }) => `The workflow has a schedule \`${d.ref}\` already.`,
    remedy: 'Choose another `ref`, or change the schedule that there is.',
  },
  SCHEDULE_IN_FILE: {
    status: 409,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { ref: string }) =>
      `The schedule \`${d.ref}\` stands in the file of its workflow and is changed there.`,
    remedy: 'Change `triggers` of the workflow; pausing, resuming and triggering work here too.',
  },
  SCHEDULE_BACKFILL_LIMIT: {
    status: 422,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { limit: number }) => `There are more than ${d.limit} occurrences in that window, or more would wait.`,
    remedy: 'Fill a shorter window at a time.',
  },
  SCHEDULE_UNREADABLE: {
    status: 500,
    blame: 'host',
    retry: 'after-fix',
    message: (d: { ref: string; cause: string }) =>
      `The schedule \`${d.ref}\` cannot be read by this host: ${d.cause}.`,
    remedy: 'Store its workflow anew, or delete the schedule and make it again; until then it does not fire.',
  },
  SCHEDULE_BUSY: {
    status: 503,
    blame: 'host',
    retry: 'later',
    message: (d: { id: string }) => `The schedule "${d.id}" is being changed by others all the time.`,
    remedy: 'Send it again.',
  },
} as const satisfies ErrorCatalogue;
