import type { ErrorCatalogue, ErrorEntry } from '@backplane/sdk';

/** A mistake in a workflow file: fails again until it is corrected. */
function file<D>(message: (data: D) => string, remedy: string): ErrorEntry<D> {
  return { status: 422, blame: 'input', retry: 'after-fix', message, remedy };
}

const hint = (name: string | undefined) => (name === undefined ? '' : ` Did you mean \`${name}\`?`);
const list = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');

/** Workflow files, what a run of one decides, and the running of one action. */
export const workflowErrors = {
  WORKFLOW_NOT_A_WORKFLOW: file(
    (d: { found: string }) => `This is not a workflow: ${d.found}.`,
    'A workflow file is a mapping with `type: workflow` and `definition`, or the definition itself with `title` and `actions`.',
  ),
  WORKFLOW_KEY_UNKNOWN: file(
    (d: { key: string; where: string; didYouMean?: string }) =>
      `\`${d.key}\` is not a key of ${d.where}.${hint(d.didYouMean)}`,
    'Correct or remove the key; the reference of workflows lists every one.',
  ),
  WORKFLOW_KEY_MISSING: file((d: { key: string; where: string }) => `${d.where} needs \`${d.key}\`.`, 'Add the key.'),
  WORKFLOW_KEY_WITHOUT_EFFECT: file(
    (d: { key: string; why: string }) => `\`${d.key}\` has no effect: ${d.why}.`,
    'Remove it; it is accepted so that files made elsewhere can be read.',
  ),
  WORKFLOW_TYPE: file(
    (d: { key: string; expected: string; found: string }) => `\`${d.key}\` must be ${d.expected}, not ${d.found}.`,
    'Give a value of the expected type.',
  ),
  WORKFLOW_VALUE: file(
    (d: { key: string; problem: string }) => `\`${d.key}\` ${d.problem}.`,
    'Give a value that is allowed here.',
  ),
  WORKFLOW_NOT_SUPPORTED: file(
    (d: { what: string }) => `${d.what} is not supported by this version.`,
    'Leave it out; it would not do what it says, and a workflow that ignores it would do something else than its author meant.',
  ),
  WORKFLOW_NO_ACTIONS: file(() => 'A workflow needs at least one action.', 'Add an action under `actions`.'),
  WORKFLOW_REF_INVALID: file(
    (d: { ref: string }) => `\`${d.ref}\` is not a valid ref: lower-case letters, digits and underscores only.`,
    'Rename the action, for example `check_ip`; other places name it as `ACTIONS.check_ip`.',
  ),
  WORKFLOW_REF_DUPLICATE: file(
    (d: { ref: string; firstLine: number }) =>
      `There are two actions \`${d.ref}\`; the first is on line ${d.firstLine}.`,
    'Give each action a ref of its own.',
  ),
  WORKFLOW_ACTION_UNKNOWN: file(
    (d: { action: string; didYouMean?: string }) => `There is no action \`${d.action}\`.${hint(d.didYouMean)}`,
    'Correct the name, or enable the plugin or add the template that brings it.',
  ),
  WORKFLOW_ACTION_DEPRECATED: file(
    (d: { action: string; message: string }) => `\`${d.action}\` is deprecated: ${d.message}`,
    'Use what replaces it; the action still works.',
  ),
  WORKFLOW_ENTRYPOINT_UNKNOWN: file(
    (d: { ref: string; didYouMean?: string }) =>
      `\`entrypoint.ref\` names no action: \`${d.ref}\`.${hint(d.didYouMean)}`,
    'Name the action that comes first, or leave `ref` out: the actions without `depends_on` come first anyway.',
  ),
  WORKFLOW_DEPENDENCY_UNKNOWN: file(
    (d: { name: string; didYouMean?: string }) => `\`depends_on\` names no action: \`${d.name}\`.${hint(d.didYouMean)}`,
    'Name the ref of an action of this workflow, with `.success` or `.error` after it if you like.',
  ),
  WORKFLOW_DEPENDENCY_DUPLICATE: file(
    (d: { name: string }) => `\`depends_on\` names \`${d.name}\` twice.`,
    'Name each edge once; `ref` and `ref.success` are the same edge.',
  ),
  WORKFLOW_CYCLE: file(
    (d: { path: readonly string[] }) => `The actions wait for each other in a circle: ${d.path.join(' → ')}.`,
    'Remove one of these dependencies.',
  ),
  WORKFLOW_NO_ENTRYPOINT: file(
    () => 'Every action depends on another, so none can be the first.',
    'Leave out `depends_on` of the action that should start.',
  ),
  WORKFLOW_REFERENCE_NOT_UPSTREAM: file(
    (d: { ref: string; by: string }) =>
      `\`ACTIONS.${d.ref}\` may not have run yet when \`${d.by}\` reads it: \`${d.by}\` does not depend on it, directly or through others.`,
    'Add it to `depends_on`.',
  ),
  WORKFLOW_SCOPE_EDGE: file(
    (d: { ref: string; on: string; where: string; other: string; otherWhere: string }) =>
      `\`${d.ref}\` depends on \`${d.on}\`, which leads into ${d.where}, and on \`${d.other}\`, which leads into ${d.otherWhere}.`,
    'Let only actions of one scatter or loop depend on each other; what must come before all of it goes into `depends_on` of the scatter or loop start, what comes after depends on its gather or loop end.',
  ),
  WORKFLOW_SCOPE_REFERENCE: file(
    (d: { ref: string; scatter: string; by: string }) =>
      `\`${d.by}\` cannot read \`ACTIONS.${d.ref}\`: it runs once for every item of \`${d.scatter}\`.`,
    'Collect what it gives with `core.transform.gather` and read the result of that.',
  ),
  WORKFLOW_GATHER_WITHOUT_SCATTER: file(
    (d: { ref: string; inside: string | undefined }) =>
      d.inside === undefined
        ? `\`${d.ref}\` has nothing to gather: no scatter comes before it.`
        : `\`${d.ref}\` stands inside the loop of \`${d.inside}\`: a gather cannot end a loop.`,
    'Let it depend on an action behind the `core.transform.scatter` whose streams it gathers, outside any loop in there.',
  ),
  WORKFLOW_GATHER_SURPLUS: file(
    (d: { ref: string; scatter: string; first: string }) =>
      `\`${d.ref}\` gathers the streams of \`${d.scatter}\`, as \`${d.first}\` does already.`,
    'Use one gather for each scatter; its `items` may be a map of several results.',
  ),
  WORKFLOW_LOOP_END_MISSING: file(
    (d: { ref: string }) => `The loop that \`${d.ref}\` starts has no end.`,
    'Add a `core.loop.end` that depends on the last action of the loop.',
  ),
  WORKFLOW_LOOP_END_SURPLUS: file(
    (d: { ref: string; start: string; first: string }) =>
      `\`${d.ref}\` ends the loop of \`${d.start}\`, as \`${d.first}\` does already.`,
    'Give each loop one `core.loop.end`, on which all of its branches come together.',
  ),
  WORKFLOW_LOOP_START_MISSING: file(
    (d: { ref: string; inside: string | undefined }) =>
      d.inside === undefined
        ? `\`${d.ref}\` ends a loop that nothing has started.`
        : `\`${d.ref}\` stands inside the streams of \`${d.inside}\`: the loop around them cannot end in there.`,
    'Let it depend on an action behind a `core.loop.start`; gather the streams of a scatter first.',
  ),
  WORKFLOW_LOOP_DEAD_END: file(
    (d: { ref: string; start: string; end: string }) =>
      `\`${d.ref}\` is part of the loop of \`${d.start}\`, but its success leads nowhere near \`${d.end}\`.`,
    'Let the loop end, or something that leads there, depend on it, and give a scatter in a loop its gather: an iteration is over when the loop end is reached.',
  ),
  WORKFLOW_LOOP_CONDITION_SCOPE: file(
    (d: { ref: string; end: string; start: string }) =>
      `The arguments of \`${d.end}\` read \`ACTIONS.${d.ref}\`, which is outside the loop of \`${d.start}\`: it would be the same every time.`,
    'Read the result of an action of this loop; hand others in through one.',
  ),
  WORKFLOW_CONTROL_OPTION: file(
    (d: { key: string; action: string }) => `\`${d.key}\` cannot be used with \`${d.action}\`.`,
    'Remove it; put it on an action of its own if it is needed.',
  ),
  WORKFLOW_CONTROL_ARGUMENT: file(
    (d: { ref: string; name: string; problem: string }) => `\`${d.name}\` of \`${d.ref}\` ${d.problem}.`,
    'Correct the expression; `backplane action show` tells what the argument may be.',
  ),
  WORKFLOW_CONTROL_OUTSIDE: file(
    (d: { action: string }) => `\`${d.action}\` steers a workflow and cannot be called by itself.`,
    'Use it as an action of a workflow; a template cannot contain it.',
  ),
  WORKFLOW_NOT_KEPT: file(
    (d: { what: string; why: string }) => `${d.what} does not go with \`durability: none\`: ${d.why}.`,
    'Leave it out, or let the workflow be `durability: journal`, so that its runs survive a restart.',
  ),
  WORKFLOW_STREAMS_LIMIT: {
    status: 413,
    blame: 'input',
    retry: 'never',
    message: (d: { ref: string; count: number; limit: number }) =>
      `\`${d.ref}\` would open ${d.count} more streams; a run holds at most ${d.limit}.`,
    remedy: 'Scatter a shorter list, or use `for_each` on a single action, which takes lists of any length.',
  },
  WORKFLOW_STREAMS_FAILED: {
    status: 502,
    blame: 'input',
    retry: 'later',
    message: (d: {
      ref: string;
      failed: number;
      total: number;
      first: readonly { index: number; ref: string; code: string; message: string }[];
    }) =>
      `${d.failed} of ${d.total} streams failed before \`${d.ref}\` ended: ${d.first
        .map((error) => `stream ${error.index}, \`${error.ref}\`: ${error.message} (${error.code})`)
        .join('; ')}${d.failed > d.first.length ? '; …' : ''}`,
    remedy:
      'The details name the streams (counted from 0) with the error of each; a gather with another `error_strategy` lets the run go on.',
  },
  WORKFLOW_LOOP_LIMIT: {
    status: 422,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { ref: string; limit: number }) =>
      `The condition of \`${d.ref}\` still holds after ${d.limit} iterations, the most that \`max_iterations\` allows.`,
    remedy: 'Correct the condition, or raise `max_iterations` (at most 2048).',
  },
  WORKFLOW_SUBFLOW_TARGET: file(
    (d: { ref: string; named: number }) =>
      d.named === 0
        ? `\`${d.ref}\` does not say which workflow to run.`
        : `\`${d.ref}\` names its workflow more than once.`,
    'Give `workflow` with the alias or id of a workflow; `workflow_alias` and `workflow_id` mean the same.',
  ),
  WORKFLOW_SUBFLOW_DETACHED: file(
    (d: { ref: string }) =>
      `\`${d.ref}\` does not wait for the run that it starts: its result is \`{run_id}\`, not what that run returns.`,
    'Set `wait_strategy: wait`, or `wait_strategy: detach` if the id is all that is wanted.',
  ),
  WORKFLOW_SUBFLOW_UNKNOWN: file(
    (d: { workflow: string; version: number | undefined }) =>
      `There is no workflow "${d.workflow}"${d.version === undefined ? '' : ` in version ${d.version}`} to run.`,
    'Correct the alias or id, or create that workflow; `backplane run` takes it with `--with ALIAS=FILE`.',
  ),
  WORKFLOW_SUBFLOW_RECURSION: file(
    (d: { path: readonly string[] }) => `The workflows call each other in a circle: ${d.path.join(' → ')}.`,
    'Remove one of these calls; what has to be repeated goes into a loop or `for_each`.',
  ),
  WORKFLOW_SUBFLOW_DEPTH: file(
    (d: { limit: number }) => `Workflows may call each other ${d.limit} deep, not deeper.`,
    'Let one of them do the work of two.',
  ),
  WORKFLOW_SUBFLOW_CANCELLED: {
    status: 499,
    blame: 'input',
    retry: 'later',
    message: (d: { runId: string }) => `The run ${d.runId} was cancelled before it had finished.`,
    remedy: 'Run the workflow again, or let `<ref>.error` lead to what should happen then.',
  },
  WORKFLOW_SUBFLOWS_FAILED: {
    status: 502,
    blame: 'input',
    retry: 'later',
    message: (d: {
      ref: string;
      failed: number;
      total: number;
      left: number;
      first: readonly { item: number; code: string; message: string }[];
    }) =>
      `${d.failed} of the ${d.total} runs of \`${d.ref}\` failed${d.left === 0 ? '' : `, and ${d.left} were not begun`}: ${d.first
        .map((error) => `item ${error.item}: ${error.message} (${error.code})`)
        .join('; ')}${d.failed > d.first.length ? '; …' : ''}`,
    remedy:
      'The details name the items (counted from 0) with the error of each; `fail_strategy: isolated` puts errors into the list instead.',
  },
  WORKFLOW_INTERACTION_FOR_EACH: file(
    (d: { ref: string }) =>
      `\`${d.ref}\` has \`for_each\` and cannot ask people as well: its items would share one question.`,
    'Scatter the items and ask in each stream, or ask in a step of its own.',
  ),
  WORKFLOW_INTERACTION_REJECTED: {
    status: 403,
    blame: 'input',
    retry: 'never',
    message: (d: { ref: string; approver: string; comment?: string | undefined }) =>
      `\`${d.ref}\` was rejected by ${d.approver}${d.comment === undefined || d.comment === '' ? '' : `: ${d.comment}`}.`,
    remedy: 'Let `<ref>.error` lead to what should happen then; the details name everybody who has decided.',
  },
  WORKFLOW_INTERACTION_TIMEOUT: {
    status: 504,
    blame: 'input',
    retry: 'never',
    message: (d: { ref: string; limitMs: number }) => `Nobody has answered \`${d.ref}\` for ${d.limitMs / 1000} s.`,
    remedy: 'Raise `interaction.timeout`, or let `<ref>.error` lead to what should happen then.',
  },
  WORKFLOW_WAIT_UNTIL_INVALID: file(
    (d: { found: string }) => `\`wait_until\` is not a moment that can be understood: ${d.found}.`,
    'Write a date such as `2027-03-01T09:00:00Z`, or `in 10 minutes`, `tomorrow 09:00`, `next monday 8am`; the reference of workflows lists every form.',
  ),
  WORKFLOW_SCHEDULE_TIMING: file(
    (d: { both: boolean }) =>
      d.both ? 'A schedule has either `cron` or `every`, not both.' : 'A schedule needs `cron` or `every`.',
    'Write `cron: "0 9 * * MON-FRI"`, or `every: 15m`.',
  ),
  WORKFLOW_SCHEDULE_NEVER: file(
    () => 'The schedule never fires: there is no such date between its start and its end.',
    'Correct the expression, or `start_at` and `end_at`; `backplane schedule preview` shows when it fires.',
  ),
  WORKFLOW_CRON_INVALID: file(
    (d: { cron: string; problem: string }) => `\`${d.cron}\` is not a cron expression: ${d.problem}.`,
    'Write minute, hour, day of month, month and day of week, with seconds in front if needed, or `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`.',
  ),
  WORKFLOW_TIMEZONE_UNKNOWN: file(
    (d: { timezone: string; didYouMean: string | undefined }) =>
      `There is no time zone "${d.timezone}".${hint(d.didYouMean)}`,
    'Use an IANA name such as `Europe/Berlin` or `UTC`.',
  ),
  WORKFLOW_DURATION_INVALID: file(
    (d: { key: string; found: string }) => `\`${d.key}\` is not a span of time: ${d.found}.`,
    'Write `15m`, `1h30m`, `PT15M`, or a number of seconds.',
  ),
  WORKFLOW_ENVIRONMENT_INVALID: file(
    (d: { found: unknown }) =>
      `The environment must be a name, not ${d.found === '' ? 'empty text' : d.found === null ? 'null' : `a ${typeof d.found}`}.`,
    'Let `environment` give a text such as `production`.',
  ),
  WORKFLOW_STEP_UNREACHABLE: {
    status: 422,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { ref: string; skipped: readonly string[] }) =>
      `\`${d.ref}\` waits for all of its dependencies, and ${list(d.skipped)} did not come: the branch was skipped or ended the other way.`,
    remedy: 'Set `join_strategy: any` on this action if it should run when at least one of its dependencies did.',
  },
  WORKFLOW_ITEMS_FAILED: {
    status: 502,
    blame: 'input',
    retry: 'later',
    message: (d: {
      ref: string;
      failed: number;
      total: number;
      first: readonly { item: number; code: string; message: string }[];
    }) =>
      `${d.failed} of ${d.total} items of \`${d.ref}\` failed: ${d.first
        .map((error) => `item ${error.item}: ${error.message} (${error.code})`)
        .join('; ')}${d.failed > d.first.length ? '; …' : ''}`,
    remedy: 'The details name the items (counted from 0) with the error of each; every other item was carried out.',
  },
  WORKFLOW_RUN_TIMEOUT: {
    status: 504,
    blame: 'input',
    retry: 'later',
    message: (d: { limitMs: number }) => `The run took longer than ${d.limitMs / 1000} s.`,
    remedy: 'Raise `config.timeout` of the workflow (0 means no limit), or see which step took so long.',
  },
  WORKFLOW_ACTION_CANCELLED: {
    status: 499,
    blame: 'host',
    retry: 'later',
    message: (d: { ref: string }) => `\`${d.ref}\` was stopped before it had finished.`,
    remedy: 'Run the workflow again.',
  },
  ACTION_UNAVAILABLE: {
    status: 422,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { action: string; didYouMean?: string }) =>
      `The action \`${d.action}\` is not available.${hint(d.didYouMean)}`,
    remedy: 'Enable the plugin or add the template that brings it; it was there when the workflow was checked.',
  },
  ACTION_VERSION_GONE: {
    status: 422,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { action: string; wanted: string; running: string }) =>
      `The workflow was stored with \`${d.action}\` of ${d.wanted}, which is not there any more; ${d.running} runs in its place.`,
    remedy:
      'Store the workflow again: it is then checked against the version that runs, and pinned to it. Or bring the old version back with `backplane plugin rollback <id>` or `use`.',
  },
  ACTION_FAILED: {
    status: 502,
    blame: 'plugin',
    retry: 'later',
    message: (d: { action: string; problem: string }) => `\`${d.action}\` failed: ${d.problem}`,
    remedy: 'Check the input of the step; if it is right, tell the author of the action.',
  },
  ACTION_TIMEOUT: {
    status: 504,
    blame: 'upstream',
    retry: 'later',
    message: (d: { action: string; limitMs: number }) => `\`${d.action}\` took longer than ${d.limitMs / 1000} s.`,
    remedy: 'Raise `retry_policy.timeout` of the step, or let it do less at once.',
  },
  ACTION_RESULT_TOO_LARGE: {
    status: 413,
    blame: 'input',
    retry: 'never',
    message: (d: { action: string; limitBytes: number }) =>
      `The result of \`${d.action}\` is larger than ${Math.round(d.limitBytes / 2 ** 20)} MB.`,
    remedy: 'Ask for less at once: filter, select fields, or page through the data.',
  },
  ACTION_RESULT_INVALID: {
    status: 502,
    blame: 'plugin',
    retry: 'never',
    message: (d: { action: string; problem: string }) => `The result of \`${d.action}\` is not data: ${d.problem}.`,
    remedy: 'The action must return JSON data; tell its author.',
  },
  ACTION_SECRET_MISSING: {
    status: 424,
    blame: 'credential',
    retry: 'after-fix',
    message: (d: { secret: string; environment: string }) =>
      `The secret \`${d.secret}\` is not set in the environment \`${d.environment}\`.`,
    remedy:
      'Store it with `backplane secret set`, give it under `secrets` in config/backplane.yaml or with --secrets, or correct its name.',
  },
  WORKFLOW_INVALID: file(
    (d: { problems: readonly string[] }) => `The workflow was not stored:\n${d.problems.join('\n')}`,
    'Correct what is named; `backplane workflow check` finds the same.',
  ),
  WORKFLOW_HAS_NO_WEBHOOK: file(
    (d: { id: string }) => `The workflow "${d.id}" has no webhook trigger.`,
    'Add `triggers: [{type: webhook}]` to its definition.',
  ),
  WORKFLOW_WEBHOOK_SECRET_NAMED: file(
    (d: { name: string; key: string }) =>
      `Calls of this webhook are signed with the secret \`${d.name}.${d.key}\` that its trigger names.`,
    'Read or change that secret where it is kept.',
  ),
} as const satisfies ErrorCatalogue;
