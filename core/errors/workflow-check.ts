import type { ErrorCatalogue, ErrorEntry } from '@backplane/sdk';

/** What a check finds in a workflow that could be run: most are warnings, since a run may never come to the place. */
function found<D>(message: (data: D) => string, remedy: string): ErrorEntry<D> {
  return { status: 422, blame: 'input', retry: 'after-fix', message, remedy };
}

type NeverRuns = { kind: 'condition' } | { kind: 'apart' } | { kind: 'behind'; ref: string; isDead: boolean };
type MissingEdge = { kind: 'run-if' | 'fails' | 'succeeds'; ref: string } | { kind: 'many' };

const hint = (name: string | undefined) => (name === undefined ? '' : ` Did you mean \`${name}\`?`);

function reasonNever(why: NeverRuns): string {
  if (why.kind === 'condition') return 'its `run_if` is false in every run';
  if (why.kind === 'apart') return 'its dependencies never come together';
  return why.isDead ? `\`${why.ref}\` never comes, since that step never runs` : `\`${why.ref}\` never comes`;
}

function reasonMissing(cause: MissingEdge): string {
  switch (cause.kind) {
    case 'run-if':
      return `the \`run_if\` of \`${cause.ref}\` may be false`;
    case 'fails':
      return `\`${cause.ref}\` may fail, and its error leads another way`;
    case 'succeeds':
      return `\`${cause.ref}\` may succeed`;
    case 'many':
      return 'there are too many conditions before it to say which of them could';
  }
}

/** Static help: what `backplane workflow check` sees without running anything. */
export const workflowCheckErrors = {
  WORKFLOW_JOIN_NEVER: found(
    (d: { ref: string; edges: readonly string[] }) =>
      d.edges.length === 1
        ? `\`${d.ref}\` waits for all of its dependencies, but \`${d.edges[0]}\` never comes: every run that gets here fails.`
        : `\`${d.ref}\` waits for all of its dependencies, but ${d.edges.map((name) => `\`${name}\``).join(' and ')} never come in the same run: every run that gets here fails.`,
    'Set `join_strategy: any`, so that it runs when one of them has come.',
  ),
  WORKFLOW_JOIN_MAY_BREAK: found(
    (d: { ref: string; edge: string; cause: MissingEdge }) =>
      `\`${d.ref}\` waits for all of its dependencies, and \`${d.edge}\` may not come while others do: ${reasonMissing(d.cause)}. The run fails then.`,
    'Set `join_strategy: any` if it should run with what has come, or give it the same `run_if` as the step that may be skipped.',
  ),
  WORKFLOW_STEP_NEVER_RUNS: found(
    (d: { ref: string; why: NeverRuns }) => `\`${d.ref}\` never runs: ${reasonNever(d.why)}.`,
    'Correct the condition or the dependencies, or remove the step.',
  ),
  WORKFLOW_ERROR_EDGE_DEAD: found(
    (d: { ref: string; by: string }) => `\`${d.by}\` waits for an error of \`${d.ref}\`, which cannot fail.`,
    'Let it depend on the error of the step that may fail.',
  ),
  WORKFLOW_CONDITION_CONSTANT: found(
    (d: { ref: string; key: string; holds: boolean; isText: boolean }) =>
      `\`${d.key}\` of \`${d.ref}\` is ${d.holds ? 'true' : 'false'} in every run${d.isText ? ': it is text, which counts as true unless it is empty' : ''}.`,
    'Write the condition as one expression in `${{ }}`, with nothing around it; or leave it out if no choice is meant.',
  ),
  WORKFLOW_RETRY_ENDLESS: found(
    (d: { ref: string }) =>
      `\`retry_until\` of \`${d.ref}\` is false in every run, so the step is repeated until the run is stopped.`,
    'Let it read the fresh result of the step, as in `${{ ACTIONS.poll.result.done }}`.',
  ),
  WORKFLOW_ISLAND: found(
    (d: { ref: string; entrypoint: string }) =>
      `\`${d.ref}\` is not connected with \`${d.entrypoint}\`, the entrypoint; it runs all the same, from the start.`,
    'Let it depend on what it should follow, remove it, or leave out `entrypoint.ref` if both should begin.',
  ),
  WORKFLOW_ARGUMENT_MISFIT: found(
    (d: { action: string; name: string; given: string; expected: string; unlessNull: boolean }) =>
      `\`${d.name}\` of ${d.action} gets ${d.given}${d.unlessNull ? ' whenever it is not null' : ''}, where ${d.expected} is needed.`,
    'Read another field, or convert the value: `str(…)`, `int(…)`, `FN.join`, `FN.serialize_json` and others do.',
  ),
  WORKFLOW_FIELD_UNKNOWN: found(
    (d: { path: string; name: string; didYouMean?: string }) =>
      `\`${d.path}\` has no \`${d.name}\`; it is null in every run.${hint(d.didYouMean)}`,
    'Correct the name; `backplane action show NAME` tells what the action gives.',
  ),
  WORKFLOW_FOR_EACH_MISFIT: found(
    (d: { ref: string; given: string; unlessNull: boolean }) =>
      `\`for_each\` of \`${d.ref}\` goes over ${d.given}${d.unlessNull ? ' whenever it is not null' : ''}, which has no items.`,
    'Go over a list; put a single value in brackets, as in `[TRIGGER.host]`.',
  ),
  WORKFLOW_FOR_EACH_TEXT: found(
    (d: { ref: string }) => `\`for_each\` of \`${d.ref}\` goes over text, character by character.`,
    'Split the text first, as in `FN.split(TRIGGER.hosts, ",")`, or put it in brackets if it is a single item.',
  ),
  WORKFLOW_OPERANDS_MISFIT: found(
    (d: { operator: string; left: string; right: string }) =>
      `\`${d.operator}\` does not work between ${d.left} and ${d.right}; it fails when it is evaluated.`,
    'Convert one of the two: `str(…)`, `int(…)`, `float(…)`, `FN.to_datetime(…)`.',
  ),
  WORKFLOW_COMPARISON_CONSTANT: found(
    (d: { operator: string; left: string; right: string; holds: boolean }) =>
      `\`${d.operator}\` between ${d.left} and ${d.right} is ${d.holds ? 'true' : 'false'} in every run: the two are never equal.`,
    'Compare values of one kind: convert with `str(…)` or `int(…)`, or read another field.',
  ),
  WORKFLOW_FUNCTION_MISFIT: found(
    (d: { function: string; parameter: string; given: string; expected: string; unlessNull: boolean }) =>
      `\`${d.parameter}\` of \`FN.${d.function}\` gets ${d.given}${d.unlessNull ? ' whenever it is not null' : ''}, where ${d.expected} is needed; it fails when it is evaluated.`,
    'Give an argument that the function takes; the reference of functions lists them all.',
  ),
  WORKFLOW_INPUT_UNDECLARED: found(
    (d: { name: string; didYouMean: string }) =>
      `\`entrypoint.expects\` declares no input \`${d.name}\`.${hint(d.didYouMean)}`,
    'Correct the name, or declare the input.',
  ),
  WORKFLOW_INPUT_UNUSED: found(
    (d: { name: string }) => `The input \`${d.name}\` is declared, and nothing reads \`TRIGGER.${d.name}\`.`,
    'Use it or remove it; callers who leave out a required input are refused.',
  ),
  WORKFLOW_SECRET_MISSING: found(
    (d: { secret: string; environment: string; by: readonly string[] }) =>
      `There is no secret \`${d.secret}\` in the environment \`${d.environment}\`; ${d.by.join(', ')} ${d.by.length === 1 ? 'needs' : 'need'} it.`,
    'Store it with `backplane secret set`, or give it with `--secrets`.',
  ),
  WORKFLOW_VARIABLE_MISSING: found(
    (d: { name: string; didYouMean?: string }) => `There is no variable \`${d.name}\`.${hint(d.didYouMean)}`,
    'Add it with `backplane variable set` or to `variables` of the configuration, or give it with `--vars`.',
  ),
  WORKFLOW_MASKED_OUTPUT_READ: found(
    (d: { ref: string; where: string }) =>
      `${d.where} shows the result of \`${d.ref}\`, which \`mask_output\` hides everywhere else.`,
    'Return only what others may see, or take `mask_output` away if nothing in it is confidential.',
  ),
  WORKFLOW_CREDENTIAL_IN_TEXT: found(
    (d: { what: string }) =>
      `This looks like ${d.what}, written into the workflow where everybody who can read it sees it.`,
    'Store it as a secret and write `${{ SECRETS.name.KEY }}` instead; then have the credential replaced, since it has been seen.',
  ),
  WORKFLOW_SUBFLOW_INPUT: found(
    (d: { workflow: string; problem: string }) => `\`trigger_inputs\` do not fit "${d.workflow}": ${d.problem}`,
    'Give what `entrypoint.expects` of that workflow declares.',
  ),
} satisfies ErrorCatalogue;
