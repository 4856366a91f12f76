import type { ErrorCatalogue, ErrorEntry } from '@backplane/sdk';

/** A mistake in a file or in what a caller gave: fails again until it is corrected. */
function input<D>(message: (data: D) => string, remedy: string): ErrorEntry<D> {
  return { status: 422, blame: 'input', retry: 'after-fix', message, remedy };
}

const hint = (name: string | undefined) => (name === undefined ? '' : ` Did you mean "${name}"?`);

/** YAML files of every kind, the action registry, and action templates. */
export const templateErrors = {
  YAML_SYNTAX: input(
    (d: { problem: string }) => `Not valid YAML: ${d.problem}`,
    'Correct the syntax at this place; quote text that contains YAML punctuation.',
  ),
  YAML_TAB: input(() => 'A tab is used for indentation, which YAML does not allow.', 'Indent with spaces.'),
  YAML_DUPLICATE_KEY: input(
    (d: { key: string; firstLine: number }) =>
      `The key "${d.key}" is given twice; the first is on line ${d.firstLine}.`,
    'Keep one of the two; otherwise one value would silently hide the other.',
  ),
  YAML_KEY: input((d: { problem: string }) => `A mapping key ${d.problem}.`, 'Use plain text as key.'),
  YAML_MULTIPLE_DOCUMENTS: input(
    () => 'The file holds more than one YAML document.',
    'Put each document in a file of its own (`---` starts a new document).',
  ),
  YAML_ALIAS: input(
    (d: { name: string; problem: string }) => `The alias *${d.name} ${d.problem}.`,
    'Define the anchor (&name) before the alias, and not around it.',
  ),
  YAML_ALIAS_EXPANSION: input(
    (d: { limit: number }) => `Aliases expand to more than ${d.limit} values.`,
    'Nest fewer aliases; write the data out or compute it in a step.',
  ),
  YAML_MERGE: input(
    () => 'A merge key (<<) needs a mapping or a list of mappings.',
    'Point << at an alias of a mapping, or quote it if a key of that name is meant.',
  ),
  YAML_TAG: input(
    (d: { tag: string; problem: string }) => `The tag ${d.tag} ${d.problem}.`,
    'Remove the tag. Known tags: !!str, !!int, !!float, !!bool, !!null, !!map, !!seq.',
  ),
  YAML_TOO_LARGE: {
    status: 413,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { size: number; limit: number }) => `The file has ${d.size} characters; at most ${d.limit} are read.`,
    remedy: 'Split the file, or load large data in a step.',
  },
  YAML_TOO_DEEP: input(
    (d: { limit: number }) => `Values are nested more than ${d.limit} levels deep.`,
    'Flatten the structure.',
  ),
  ACTION_DUPLICATE: {
    status: 409,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { name: string; first: string; second: string }) =>
      `The action name "${d.name}" is claimed by ${d.first} and by ${d.second}.`,
    remedy: 'Rename one of the two actions (or its alias), or disable one of their owners.',
  },
  ACTION_NOT_FOUND: {
    status: 404,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { name: string; suggestion?: string | undefined }) =>
      `There is no action "${d.name}".${hint(d.suggestion)}`,
    remedy: '`backplane action list` shows every action; the plugin or template folder that brings it may be missing.',
  },
  ARGUMENT_UNKNOWN: input(
    (d: { action: string; name: string; known: readonly string[] }) =>
      `${d.action} has no argument "${d.name}"${d.known.length > 0 && d.known.length <= 12 ? `; it has ${d.known.join(', ')}` : ''}.`,
    'Remove or rename the argument.',
  ),
  ARGUMENT_MISSING: input(
    (d: { action: string; name: string }) => `${d.action} needs the argument "${d.name}".`,
    'Give the argument a value.',
  ),
  ARGUMENT_TYPE: input(
    (d: { action: string; name: string; problem: string }) => `The argument "${d.name}" of ${d.action}: ${d.problem}.`,
    'Give a value of the expected type.',
  ),
  TEMPLATE_IS_WORKFLOW: input(
    () => 'This is a workflow, not an action template.',
    'Check it with `backplane workflow check`, run it with `backplane run`.',
  ),
  TEMPLATES_SHADOWED: input(
    (d: { folder: string; by: string; names: readonly string[] }) =>
      `${d.names.length === 1 ? 'A template' : `${d.names.length} templates`} of ${d.folder} ${d.names.length === 1 ? 'is' : 'are'} left out, because ${d.by} has the same ${d.names.length === 1 ? 'name' : 'names'}: ${d.names.slice(0, 5).join(', ')}${d.names.length > 5 ? ' …' : ''}.`,
    'Nothing to do when that is meant: earlier folders win. Otherwise rename the templates.',
  ),
  TEMPLATE_KEY_UNKNOWN: input(
    (d: { key: string; where: string; known: readonly string[] }) =>
      `The key "${d.key}" is not known in ${d.where}; known are ${d.known.join(', ')}.`,
    'Remove or rename the key.',
  ),
  TEMPLATE_KEY_MISSING: input(
    (d: { key: string; where: string }) => `The key "${d.key}" is missing in ${d.where}.`,
    'Add the key.',
  ),
  TEMPLATE_VALUE: input((d: { what: string; problem: string }) => `${d.what} ${d.problem}.`, 'Correct the value.'),
  TEMPLATE_REF_DUPLICATE: input(
    (d: { ref: string; firstLine: number }) =>
      `Two steps have the ref "${d.ref}"; the first is on line ${d.firstLine}.`,
    'Give each step a ref of its own.',
  ),
  TEMPLATE_ACTION_UNKNOWN: input(
    (d: { name: string }) => `There is no action "${d.name}".`,
    '`backplane action list` shows every action; a template folder can be added with --templates.',
  ),
  TEMPLATE_SELF_CALL: input(
    (d: { chain: readonly string[] }) =>
      d.chain.length <= 2
        ? `The template ${d.chain[0]} calls itself.`
        : `Templates call each other in a circle: ${d.chain.join(' → ')}.`,
    'Break the circle; use for_each to repeat a step.',
  ),
  TEMPLATE_SECRET_UNDECLARED: input(
    (d: { name: string }) => `SECRETS.${d.name} is read, but not declared under \`secrets\`.`,
    'Declare it, so that the console asks for it and knows whether it is optional.',
  ),
  TEMPLATE_STEP_ORDER: input(
    (d: { ref: string; reader: string }) =>
      `Step "${d.reader}" reads steps.${d.ref}, which has not run yet then; it will be null.`,
    'Move the step further up, or read another one.',
  ),
  TEMPLATE_FILE: input(
    (d: { file: string; problem: string }) => `${d.file} ${d.problem}.`,
    'Check the path and the permissions of the file.',
  ),
  TEMPLATE_INVALID: input(
    (d: { template: string; problems: readonly string[] }) =>
      `The template ${d.template} has ${d.problems.length === 1 ? 'a problem' : `${d.problems.length} problems`}: ${d.problems.join('; ')}`,
    '`backplane template check` lists every problem with its place.',
  ),
  TEMPLATE_SECRET_MISSING: {
    status: 424,
    blame: 'credential',
    retry: 'after-fix',
    message: (d: { action: string; missing: readonly string[] }) =>
      `${d.action} needs ${d.missing.length === 1 ? 'the secret' : 'the secrets'} ${d.missing.join(', ')}.`,
    remedy:
      'Store it with `backplane secret set`, give it under `secrets` in config/backplane.yaml or with --secrets, in the environment that the run uses.',
  },
  TEMPLATE_STEP_FAILED: {
    status: 502,
    blame: 'upstream',
    retry: 'later',
    message: (d: { step: string; action: string; template: string; attempts: number; cause: string }) =>
      `Step "${d.step}" (${d.action}) of ${d.template} failed${d.attempts > 1 ? ` after ${d.attempts} attempts` : ''}: ${d.cause}`,
    remedy: 'See the cause; the details hold the results of the steps before.',
  },
  TEMPLATE_STEP_TIMEOUT: {
    status: 504,
    blame: 'upstream',
    retry: 'later',
    message: (d: { action: string; limitMs: number }) => `${d.action} did not finish within ${d.limitMs / 1000} s.`,
    remedy: 'Raise the `timeout` of the step, or make it do less.',
  },
  TEMPLATE_RETURNS: input(
    (d: { template: string; cause: string }) => `The returns of ${d.template} cannot be evaluated: ${d.cause}`,
    'Correct the expression, or the step whose result it reads; the details hold the results of the steps.',
  ),
  TEMPLATE_ITEMS_FAILED: {
    status: 502,
    blame: 'upstream',
    retry: 'later',
    message: (d: { failed: number; total: number; first: string }) =>
      `${d.failed} of ${d.total} items of for_each failed; the first: ${d.first}`,
    remedy: 'See the details for every failed item; the others have run.',
  },
} as const satisfies ErrorCatalogue;
