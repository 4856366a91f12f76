import type { ErrorCatalogue } from '@backplane/sdk';

/** Accepting runs, keeping them, and the one engine that works on a database. */
export const executorErrors = {
  RUN_NOT_FOUND: {
    status: 404,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { runId: string }) => `There is no run "${d.runId}".`,
    remedy: 'Check the id; /api/runs lists every run.',
  },
  RUN_BACKPRESSURE: {
    status: 429,
    blame: 'host',
    retry: 'later',
    message: (d: { open: number; queued: number }) =>
      `The host is full: ${d.open} runs are unfinished and ${d.queued} records wait to be stored. Nothing was accepted.`,
    remedy: 'Send it again after the pause that Retry-After names, or raise `engine.maxOpenRuns`.',
  },
  RUN_IDEMPOTENCY_KEY_INVALID: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { problem: string }) => `The idempotency key ${d.problem}.`,
    remedy: 'Use 1 to 255 printable characters, for example a UUID made once for each thing to be done.',
  },
  RUN_PAYLOAD_TOO_LARGE: {
    status: 413,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { what: string; size: number; limit: number }) =>
      `${d.what} has ${d.size} characters as JSON; at most ${d.limit} are kept.`,
    remedy: 'Pass less: filter it, or store it elsewhere and pass its address.',
  },
  RUN_NOT_JSON: {
    status: 422,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { what: string; cause: string }) => `${d.what} cannot be kept as JSON: ${d.cause}.`,
    remedy: 'Return only text, numbers, true, false, null, lists and maps, without circles.',
  },
  RUN_DEFINITION_UNUSABLE: {
    status: 500,
    blame: 'host',
    retry: 'never',
    message: (d: { cause: string }) => `The definition of the run cannot be used: ${d.cause}.`,
    remedy: 'Start the run again with the present version of the workflow, or start the host version that accepted it.',
  },
  RUN_JOURNAL_CORRUPT: {
    status: 500,
    blame: 'host',
    retry: 'never',
    message: (d: { cause: string }) => `The run cannot go on: its journal is damaged (${d.cause}).`,
    remedy: 'Start the run again; restore the database from a backup if more runs are hit.',
  },
  RUN_ENGINE_FAULT: {
    status: 500,
    blame: 'host',
    retry: 'never',
    message: (d: { cause: string }) => `The engine could not go on with the run: ${d.cause}.`,
    remedy: 'This is a fault of the host: report it with the log lines of this run.',
  },
  ENGINE_STOPPING: {
    status: 503,
    blame: 'host',
    retry: 'later',
    message: () => 'The host is stopping. Nothing was accepted.',
    remedy: 'Send it again once the host is up.',
  },
  ENGINE_DATABASE_IN_USE: {
    status: 500,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { holder: string }) => `Another host runs workflows on this database (${d.holder}).`,
    remedy: 'Stop that host first, or give this one a database of its own.',
  },
  ENGINE_LEASE_LOST: {
    status: 500,
    blame: 'host',
    retry: 'never',
    message: (d: { holder: string }) =>
      `Another host has taken over this database (${d.holder}); this one has stopped running workflows.`,
    remedy: 'Stop one of the two hosts, then start the other again.',
  },
} as const satisfies ErrorCatalogue;
