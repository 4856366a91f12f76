import { BackplaneError } from '@backplane/sdk';
import { raise } from '../../../errors/catalogue.ts';
import { readJson } from '../../../language/source/read-json.ts';
import { isRecord } from '../../../language/values/is-record.ts';
import type { SecretEntry, SecretVersion } from '../../../secrets/store/secret-entry.ts';
import { printJson } from '../../output.ts';
import { readSecretInput } from '../../secret-input.ts';
import { type LevelClient, levelClient, type OnHost, say } from './on-host.ts';

interface SetOptions extends OnHost {
  readonly type?: string;
  readonly description?: string;
}

const path = (name: string, rest = '') => `/secrets/${encodeURIComponent(name)}${rest}`;

/** `backplane secret list`: names, keys and dates, never values. */
export async function listSecrets(options: OnHost): Promise<void> {
  const items = await levelClient(options).all<SecretEntry>('/secrets');
  if (options.json) return printJson({ items });
  if (items.length === 0) say('There are no secrets.');
  for (const secret of items) say(line(secret));
}

/** `backplane secret show NAME`. */
export async function showSecret(name: string, options: OnHost): Promise<void> {
  const secret = await levelClient(options).send('GET', path(name));
  if (options.json) return printJson(secret);
  for (const [key, value] of Object.entries(secret as SecretEntry))
    if (value !== '') say(`${key}: ${Array.isArray(value) ? value.join(', ') : value}`);
}

/** `backplane secret set NAME [KEY]`: one key, or without KEY a JSON object of keys; the value comes from a prompt or a pipe. */
export async function setSecret(name: string, key: string | undefined, options: SetOptions): Promise<void> {
  const client = levelClient(options);
  const values = key === undefined ? await readValues() : { [key]: await readSecretInput(`Value of ${name}.${key}`) };
  const { type, description } = options;
  const about = description === undefined ? {} : { description };
  const known = await found(client, name);
  const body = { name, environment: options.environment, type, values, ...about };
  if (known !== undefined && type !== undefined && type !== known.type)
    throw raise.USAGE({ message: `--type: \`${name}\` is of type ${known.type}, which stays so.` });
  const saved =
    known === undefined
      ? await client.send('POST', '/secrets', body)
      : await client.send('PATCH', path(name), { values, ...about });
  print(saved, options);
}

/** `backplane secret rotate NAME [KEY]`: as `set`, but all keys are replaced. */
export async function rotateSecret(name: string, key: string | undefined, options: OnHost): Promise<void> {
  const values =
    key === undefined ? await readValues() : { [key]: await readSecretInput(`New value of ${name}.${key}`) };
  print(await levelClient(options).send('POST', path(name, '/rotate'), { values }), options);
}

/** `backplane secret versions NAME`. */
export async function listVersions(name: string, options: OnHost): Promise<void> {
  const { items } = await levelClient(options).send('GET', path(name, '/versions'));
  if (options.json) return printJson({ items });
  for (const { version, current, backup, keys, createdAt, createdBy } of items as readonly SecretVersion[])
    say(`${version}  ${current ? 'current' : (backup ?? '')}  ${keys.join(', ')}  ${createdAt}  by ${createdBy}`);
}

/** `backplane secret restore NAME [VERSION]`. */
export async function restoreSecret(name: string, version: string | undefined, options: OnHost): Promise<void> {
  const wanted = version === undefined || version === 'previous' ? 'previous' : Number(version);
  if (Number.isNaN(wanted))
    throw raise.USAGE({ message: `A version is a number or \`previous\`, not \`${version}\`.` });
  print(await levelClient(options).send('POST', path(name, '/restore'), { version: wanted }), options);
}

/** `backplane secret delete NAME`. */
export async function deleteSecret(name: string, options: OnHost): Promise<void> {
  await levelClient(options).send('DELETE', path(name));
  if (options.json) return printJson({ deleted: name });
  say(`${name} is deleted.`);
}

async function found(client: LevelClient, name: string): Promise<SecretEntry | undefined> {
  try {
    return await client.send('GET', path(name));
  } catch (error) {
    if (BackplaneError.is(error) && error.code === 'SECRET_NOT_FOUND') return undefined;
    throw error;
  }
}

async function readValues(): Promise<Readonly<Record<string, unknown>>> {
  const given = readJson(await readSecretInput('Keys and values as a JSON object'), (problem) =>
    raise.USAGE({ message: `Standard input is not valid JSON: ${problem}. With a KEY it is taken as it is.` }),
  );
  if (!isRecord(given)) throw raise.USAGE({ message: 'Standard input: expected a JSON object {KEY: value}.' });
  return given;
}

function print(secret: SecretEntry, { json }: OnHost): void {
  if (json) printJson(secret);
  else say(line(secret));
}

function line({
  name,
  environment,
  type,
  keys,
  version,
  updatedAt,
  lastUsedAt,
  warning,
  ...secret
}: SecretEntry): string {
  const used = lastUsedAt === undefined ? 'never used' : `used ${lastUsedAt}`;
  const facts = [secret.fingerprint, warning].filter((fact) => fact !== undefined);
  return [name, environment, type, keys.join(','), `v${version}`, `changed ${updatedAt}`, used, ...facts].join('  ');
}
