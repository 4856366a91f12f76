import type { ErrorCatalogue, ErrorEntry } from '@backplane/sdk';

function input<D>(message: (data: D) => string, remedy: string, status = 400): ErrorEntry<D> {
  return { status, blame: 'input', retry: 'after-fix', message, remedy };
}

function config<D>(message: (data: D) => string, remedy: string): ErrorEntry<D> {
  return { status: 500, blame: 'config', retry: 'after-fix', message, remedy };
}

const SAME_KEYS =
  'Give every host on this database the same `BACKPLANE_SECRETS_KEYS` (or `secrets.keys`), with every key that is still in use.';

/** Secrets, variables, environments, and the keys by which secrets are kept. None of them ever holds a value. */
export const secretErrors = {
  SECRETS_KEY_INVALID: config(
    (d: { where: string }) => `${d.where} is no key for secrets: a key is 32 bytes in URL-safe Base64.`,
    'Make one with `openssl rand -base64 32 | tr +/ -_`, or with `Fernet.generate_key()` of Python.',
  ),
  SECRETS_KEY_REQUIRED: config(
    () => 'This is a production host, and no key for secrets is configured.',
    'Set BACKPLANE_SECRETS_KEYS to 32 random bytes in URL-safe Base64, and keep a copy in a safe place; or unset `server.environment` and NODE_ENV.',
  ),
  SECRETS_KEY_MISMATCH: config(
    (d: { missing: readonly string[] }) =>
      `Secrets of this database are encrypted with keys that this host does not have: ${d.missing.join(', ')}.`,
    SAME_KEYS,
  ),
  SECRETS_KEY_NOT_EVERYWHERE: {
    status: 409,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { key: string; hosts: readonly string[] }) =>
      `The key ${d.key} cannot be used yet: ${d.hosts.join(', ')} could not read what it encrypts.`,
    remedy: SAME_KEYS,
  },
  SECRETS_TOKEN_INVALID: {
    status: 500,
    blame: 'host',
    retry: 'after-fix',
    message: (d: { problem: string }) => `An encrypted value cannot be read: ${d.problem}.`,
    remedy: 'Check that the host has every key that was ever used; otherwise store the value again.',
  },
  SECRET_NOT_FOUND: input(
    (d: { name: string; environment: string }) =>
      `There is no secret \`${d.name}\` in the environment \`${d.environment}\` here.`,
    '`backplane secret list` shows those that there are.',
    404,
  ),
  SECRET_EXISTS: input(
    (d: { name: string; environment: string }) =>
      `There is a secret \`${d.name}\` in the environment \`${d.environment}\` already.`,
    'Change or rotate it, or take another name.',
    409,
  ),
  SECRET_VERSION_NOT_FOUND: input(
    (d: { name: string; version: string }) => `The secret \`${d.name}\` has no version ${d.version}.`,
    '`backplane secret versions NAME` shows those that are kept.',
    404,
  ),
  SECRET_CHANGED: input(
    (d: { name: string }) => `Somebody else has changed the secret \`${d.name}\` at the same moment.`,
    'Look at what it is now, then try again.',
    409,
  ),
  SECRET_INVALID: input(
    (d: { name: string; problems: readonly string[] }) =>
      `The secret \`${d.name}\` cannot be stored: ${d.problems.join('; ')}.`,
    'Correct what is named; docs/reference/secrets.md says what each type holds.',
  ),
  SECRET_STORE_FAILED: {
    status: 502,
    blame: 'upstream',
    retry: 'later',
    message: (d: { store: string; secret: string; problem: string }) =>
      `The secret store \`${d.store}\` does not give \`${d.secret}\`: ${d.problem}.`,
    remedy: 'Check the store and its settings under `secrets.stores`; the log of its plugin may say more.',
  },
  SECRET_STORE_UNKNOWN: config(
    (d: { store: string; use: string }) =>
      `\`secrets.stores.${d.store}\` needs the secret store \`${d.use}\`, which no active plugin brings.`,
    'Enable the plugin that brings it, or correct the name.',
  ),
  VARIABLE_NOT_FOUND: input(
    (d: { name: string; environment: string }) =>
      `There is no variable \`${d.name}\` in the environment \`${d.environment}\` here.`,
    '`backplane variable list` shows those that there are.',
    404,
  ),
  VARIABLE_INVALID: input(
    (d: { name: string; problems: readonly string[] }) =>
      `The variable \`${d.name}\` cannot be stored: ${d.problems.join('; ')}.`,
    'Correct what is named; docs/reference/secrets.md says what a variable may hold.',
  ),
  ENVIRONMENT_NOT_FOUND: input(
    (d: { name: string }) => `The environment \`${d.name}\` has no settings here.`,
    '`GET /api/environments` lists the environments.',
    404,
  ),
} as const satisfies ErrorCatalogue;
