import { raise } from '../../errors/catalogue.ts';
import { type ApiAddress, createApiClient } from '../api-client.ts';
import { printJson } from '../output.ts';
import { askPassword } from '../prompt.ts';

interface OnHost extends ApiAddress {
  readonly json?: boolean;
}

const say = (line: string) => process.stdout.write(`${line}\n`);
const path = (user: string, rest = '') => `/users/${encodeURIComponent(user)}${rest}`;

/** `backplane user list`. */
export async function listUsers(options: OnHost): Promise<void> {
  const { items } = await createApiClient(options).send('GET', '/users');
  if (options.json) return printJson({ items });
  if (items.length === 0) say('There are no users.');
  for (const { email, name, platformRole, status, lastSeenAt = 'never' } of items)
    say(`${email}  ${name}  ${platformRole}  ${status}  last sign-in ${lastSeenAt}`);
}

export interface CreateOptions extends OnHost {
  readonly name?: string;
  readonly admin?: boolean;
  /** True: ask for it, or read it from the pipe. Absent: print a link. */
  readonly password?: boolean;
}

/** `backplane user create EMAIL`: with a password, or with a link to set one. */
export async function createUser(
  email: string,
  { name, admin, password, json, ...address }: CreateOptions,
): Promise<void> {
  const client = createApiClient(address);
  const body = {
    email,
    platformRole: admin ? 'admin' : 'basic',
    ...(name !== undefined && { name }),
    ...(password && { password: await askPassword('Password') }),
  };
  const user = await client.send('POST', '/users', { body });
  const link = password ? {} : await client.send('POST', path(user.id, '/reset-link'), { body: {} });
  if (json) return printJson({ ...user, ...(link.url !== undefined && { resetLink: link.url }) });
  say(`Created ${user.email}${admin ? ', platform admin' : ''}.`);
  if (link.url !== undefined) say(`They set a password here, once, within an hour: ${link.url}`);
}

/** `backplane user passwd EMAIL`. */
export async function setPassword(user: string, options: OnHost): Promise<void> {
  const client = createApiClient(options);
  const password = await askPassword('New password');
  if (password === '') throw raise.USAGE({ message: 'There is no password: type one, or pipe it.' });
  await client.send('PUT', path(user, '/password'), { body: { password } });
  done(options, { user }, `The password of ${user} is set, and everybody who was signed in with it is signed out.`);
}

/** `backplane user enable|disable EMAIL`. */
export async function setStatus(status: 'active' | 'disabled', user: string, options: OnHost): Promise<void> {
  const changed = await createApiClient(options).send('PATCH', path(user), { body: { status } });
  const text =
    status === 'active'
      ? `${changed.email} may sign in.`
      : `${changed.email} is switched off and signed out everywhere.`;
  done(options, changed, text);
}

/** `backplane user delete EMAIL`. */
export async function deleteUser(user: string, options: OnHost): Promise<void> {
  await createApiClient(options).send('DELETE', path(user));
  done(options, { user }, `The account ${user} is deleted, and whoever was signed in with it is out.`);
}

/** `backplane user reset-link EMAIL`: for hosts that send no mail. */
export async function resetLink(user: string, options: OnHost): Promise<void> {
  const { url } = await createApiClient(options).send('POST', path(user, '/reset-link'), { body: {} });
  done(options, { url }, url);
}

function done({ json }: OnHost, result: unknown, text: string): void {
  if (json) printJson(result);
  else say(text);
}
