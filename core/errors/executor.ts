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
    message: (d: { open: number; queued: number; held?: number }) =>
      `The host is full: ${d.open} runs are unfinished${d.held === undefined ? '' : `, holding ${Math.ceil(d.held / 1e6)} MB,`} and ${d.queued} records wait to be stored. Nothing was accepted.`,
    remedy:
      'Send it again after the pause that Retry-After names, or raise `engine.maxOpenRuns` or `engine.maxLiveBytes`.',
  },
  RUN_WORKSPACE_LIMIT: {
    status: 429,
    blame: 'policy',
    retry: 'later',
    message: (d: { open: number; limit: number }) =>
      `The workspace has ${d.open} unfinished runs; it may have ${d.limit}. Nothing was accepted.`,
    remedy: 'Send it again after the pause that Retry-After names, or raise `limits.workspace.runs`.',
  },
  RUN_CONCURRENCY_LIMIT: {
    status: 429,
    blame: 'policy',
    retry: 'later',
    message: (d: { limit: number; key: string }) =>
      `The workflow allows ${d.limit} of its runs at once${d.key === '' ? '' : ` for ${d.key}`}, and these are under way. This one was skipped.`,
    remedy:
      'Start it again when one of them has ended, or have it wait: `config.concurrency.on_limit: queue` in the workflow.',
  },
  RUN_CONCURRENCY_KEY: {
    status: 422,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { cause: string }) => `\`config.concurrency.key\` gives nothing for this input: ${d.cause}`,
    remedy: 'Send an input from which the key can be read, or correct the expression.',
  },
  RUN_ENDED: {
    status: 409,
    blame: 'input',
    retry: 'never',
    message: (d: { runId: string; status: string }) => `The run "${d.runId}" has ended: ${d.status}.`,
    remedy: 'Only an unfinished run can be paused or resumed. To do its work again, retry or replay it.',
  },
  RUN_RERUN_UNFINISHED: {
    status: 409,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { runId: string }) => `The run "${d.runId}" has not ended, so its results cannot be taken over yet.`,
    remedy: 'Wait for its end, or cancel it first. A replay of the whole run needs neither.',
  },
  RUN_RERUN_NOTHING_FAILED: {
    status: 409,
    blame: 'input',
    retry: 'never',
    message: (d: { runId: string }) => `The run "${d.runId}" has completed; there is nothing to retry.`,
    remedy: 'Re-run it from a step, or replay it.',
  },
  RUN_RERUN_STEP_UNKNOWN: {
    status: 404,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { ref: string; didYouMean: string | undefined }) =>
      `The workflow of the run has no step \`${d.ref}\`.${d.didYouMean === undefined ? '' : ` Did you mean \`${d.didYouMean}\`?`}`,
    remedy: 'Name a step of the definition that is to run.',
  },
  RUN_RERUN_STEP_INSIDE: {
    status: 409,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { ref: string; instead: string; kind: 'scatter' | 'loop' }) =>
      `A run cannot begin at \`${d.ref}\`: it is part of the ${d.kind} that \`${d.instead}\` opens, which runs as a whole or not at all.`,
    remedy: 'Re-run from the step that opens it.',
  },
  RUN_RERUN_INCOMPATIBLE: {
    status: 409,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { steps: readonly string[] }) =>
      `The newest version of the workflow cannot go on from the results of this run: ${d.steps.map((step) => `\`${step}\``).join(', ')} ${d.steps.length === 1 ? 'is' : 'are'} not there any more, or do${d.steps.length === 1 ? 'es' : ''} something else.`,
    remedy: 'Re-run with the version of the run (`same`), or replay all of it with the newest.',
  },
  RUN_RERUN_GONE: {
    status: 410,
    blame: 'input',
    retry: 'never',
    message: (d: { runId: string; cause: string }) => `The run "${d.runId}" cannot be repeated: ${d.cause}.`,
    remedy: 'Start the workflow anew with the input that you want.',
  },
  RUN_IDEMPOTENCY_KEY_INVALID: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { problem: string }) => `The idempotency key ${d.problem}.`,
    remedy: 'Use 1 to 255 printable characters, for example a UUID made once for each thing to be done.',
  },
  RUN_IDEMPOTENCY_NOT_KEPT: {
    status: 422,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { workflow: string }) =>
      `Workflow "${d.workflow}" keeps nothing of its runs (\`durability: none\`), so it cannot promise one run for an idempotency key. Nothing was started.`,
    remedy: 'Send the request without the key, or let the workflow be `durability: journal`.',
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
  RUN_REQUEST_PENDING: {
    status: 504,
    blame: 'host',
    retry: 'later',
    message: (d: { runId: string; seconds: number }) =>
      `The host that has the run "${d.runId}" has not answered for ${d.seconds} seconds. The request is kept and carried out when one does.`,
    remedy: 'Look at the run again later; /api/hosts shows which hosts are there.',
  },
  ENGINE_DATABASE_IN_USE: {
    status: 500,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { holder: string }) =>
      `A host of an older version, which can only work alone, runs workflows on this database (${d.holder}).`,
    remedy: 'Stop that host first; hosts of this version share a database.',
  },
  ENGINE_LEASE_LOST: {
    status: 503,
    blame: 'host',
    retry: 'later',
    message: (d: { hostId: string }) =>
      `This host (${d.hostId}) was silent for so long that others have taken over its runs; it begins anew.`,
    remedy: 'Send it again. If it happens often, the machine is overloaded or its network breaks: see the log.',
  },
  ENGINE_WITHOUT_SHARDS: {
    status: 503,
    blame: 'host',
    retry: 'later',
    message: () => 'This host has no share of the runs yet. Nothing was accepted.',
    remedy:
      'Send it again in a few seconds, or to another host; more than 64 hosts on one database cannot all have a share.',
  },
} as const satisfies ErrorCatalogue;
