import { type ApiAddress, type ApiClient, createApiClient, hostUrl } from '../api-client.ts';
import { printJson } from '../output.ts';
import { askPassword } from '../prompt.ts';
import { storeToken } from '../stored-sign-in.ts';
import { type SignedInByBrowser, signInByBrowser } from './browser-sign-in.ts';

interface OnHost extends ApiAddress {
  readonly json?: boolean;
}

const say = (line: string) => process.stdout.write(`${line}\n`);

/** `backplane login`: signs in and keeps the session for the commands that follow. With `--email` by a password, else by a browser. */
export async function login(options: OnHost & { readonly email?: string }): Promise<void> {
  const url = hostUrl(options, process.env);
  const client = createApiClient({ url, key: 'none' }, {});
  const { email, token, expiresAt } =
    options.email === undefined ? await signInByBrowser(client) : await byPassword(client, options.email);
  storeToken(url, { token, expiresAt }, process.env);
  if (options.json) printJson({ url, email, expiresAt });
  else say(`Signed in at ${url} as ${email} until ${expiresAt.slice(0, 10)}.`);
}

async function byPassword(client: ApiClient, email: string): Promise<SignedInByBrowser> {
  const password = await askPassword('Password');
  return { email, ...(await client.send('POST', '/auth/login', { body: { email, password }, open: true })) };
}

/** `backplane logout`: ends that session, on the host as well. */
export async function logout(options: OnHost): Promise<void> {
  const url = hostUrl(options, process.env);
  try {
    await createApiClient(options).send('POST', '/auth/logout');
  } finally {
    storeToken(url, undefined, process.env);
  }
  if (options.json) printJson({ url });
  else say(`Signed out at ${url}.`);
}

/** `backplane whoami`. */
export async function whoami(options: OnHost): Promise<void> {
  const me = await createApiClient(options).send('GET', '/me');
  if (options.json) return printJson(me);
  const role = me.platformRole === 'admin' ? ', platform admin' : '';
  const key = me.key === undefined ? '' : `, by the key ${me.key.name}`;
  say(`${me.kind === 'user' ? me.email : `${me.kind} ${me.name}`}${role}${key}`);
}
