import { defineErrors, type ErrorCatalogue } from '@backplane/sdk';

export const pythonErrors = {
  PYTHON_DEPENDENCY: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { names: readonly string[] }) =>
      `The script asks for ${d.names.map((name) => `"${name}"`).join(', ')}; only Python's standard library is there, and nothing can be installed.`,
    remedy:
      'Remove it from `dependencies` and write the script with the standard library, or do that part in an action (core.http_request for requests).',
  },
  PYTHON_NETWORK: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: () => 'The script asks for the network (`allow_network: true`); scripts never have one.',
    remedy: 'Make the request in a step of its own (core.http_request) and give the script its answer as an input.',
  },
} as const satisfies ErrorCatalogue;

export const raise = defineErrors(pythonErrors);
