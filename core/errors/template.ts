import type { ErrorCatalogue } from '@backplane/sdk';

/** YAML files of every kind, the action registry, and action templates. */
export const templateErrors = {
  YAML_SYNTAX: {
    status: 422,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { problem: string }) => `Not valid YAML: ${d.problem}`,
    remedy: 'Correct the syntax at this place; quote text that contains YAML punctuation.',
  },
  YAML_TAB: {
    status: 422,
    blame: 'input',
    retry: 'after-fix',
    message: () => 'A tab is used for indentation, which YAML does not allow.',
    remedy: 'Indent with spaces.',
  },
  YAML_DUPLICATE_KEY: {
    status: 422,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { key: string; firstLine: number }) =>
      `The key "${d.key}" is given twice; the first is on line ${d.firstLine}.`,
    remedy: 'Keep one of the two; otherwise one value would silently hide the other.',
  },
  YAML_KEY: {
    status: 422,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { problem: string }) => `A mapping key ${d.problem}.`,
    remedy: 'Use plain text as key.',
  },
  YAML_MULTIPLE_DOCUMENTS: {
    status: 422,
    blame: 'input',
    retry: 'after-fix',
    message: () => 'The file holds more than one YAML document.',
    remedy: 'Put each document in a file of its own (`---` starts a new document).',
  },
  YAML_ALIAS: {
    status: 422,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { name: string; problem: string }) => `The alias *${d.name} ${d.problem}.`,
    remedy: 'Define the anchor (&name) before the alias, and not around it.',
  },
  YAML_ALIAS_EXPANSION: {
    status: 422,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { limit: number }) => `Aliases expand to more than ${d.limit} values.`,
    remedy: 'Nest fewer aliases; write the data out or compute it in a step.',
  },
  YAML_MERGE: {
    status: 422,
    blame: 'input',
    retry: 'after-fix',
    message: () => 'A merge key (<<) needs a mapping or a list of mappings.',
    remedy: 'Point << at an alias of a mapping, or quote it if a key of that name is meant.',
  },
  YAML_TAG: {
    status: 422,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { tag: string; problem: string }) => `The tag ${d.tag} ${d.problem}.`,
    remedy: 'Remove the tag. Known tags: !!str, !!int, !!float, !!bool, !!null, !!map, !!seq.',
  },
  YAML_TOO_LARGE: {
    status: 413,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { size: number; limit: number }) => `The file has ${d.size} characters; at most ${d.limit} are read.`,
    remedy: 'Split the file, or load large data in a step.',
  },
  YAML_TOO_DEEP: {
    status: 422,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { limit: number }) => `Values are nested more than ${d.limit} levels deep.`,
    remedy: 'Flatten the structure.',
  },
} as const satisfies ErrorCatalogue;
