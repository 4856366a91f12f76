import type { ErrorCatalogue } from '@backplane/sdk';

export const configErrors = {
  CONFIG_INVALID: {
    status: 400,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { file?: string; problems: readonly string[] }) =>
      `${d.file ?? 'The configuration'} is not valid:\n${d.problems.map((line) => `  ${line}`).join('\n')}`,
    remedy:
      'Correct the places named; each key is described in docs/reference/configuration.md. The previous configuration stays in force.',
  },
  CONFIG_MISSING: {
    status: 400,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { folder: string }) => `The configuration folder ${d.folder} does not exist.`,
    remedy: 'Pass --config with the folder that holds backplane.yaml, or run from the checkout.',
  },
  CONFIG_UNREADABLE: {
    status: 400,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { file: string; cause: string }) => `${d.file} cannot be read: ${d.cause}.`,
    remedy: 'Check that the file exists and that this user may read it.',
  },
  CONFIG_PATH_UNUSABLE: {
    status: 400,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { what: string; path: string; cause: string }) => `${d.what} ${d.path} cannot be used: ${d.cause}.`,
    remedy:
      'Name a place that this user may read and write: --data for the data folder, --ready-file for the ready file.',
  },
  INTERNAL: {
    status: 500,
    blame: 'host',
    retry: 'later',
    message: (d: { message: string }) => d.message,
    remedy: 'Report this with the correlation id of the log line.',
  },
  USAGE: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { message: string }) => d.message,
    remedy: 'Run the command with --help to see what it takes.',
  },
} as const satisfies ErrorCatalogue;
