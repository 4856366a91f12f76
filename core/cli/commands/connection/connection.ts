import { raise } from '../../../errors/catalogue.ts';
import { type ApiClient, createApiClient } from '../../api-client.ts';
import { printJson } from '../../output.ts';
import type { OnHost } from '../secrets/on-host.ts';

/** What the API says of a connection. */
export interface ShownConnection {
  readonly id: string;
  readonly provider: string;
  readonly owner: 'user' | 'service';
  readonly environment: string;
  readonly status: string;
  readonly reason?: string;
  readonly account?: { readonly label: string };
  readonly grantedScopes: readonly string[];
  readonly missingScopes: readonly string[];
  readonly settings: Readonly<Record<string, string>>;
  readonly clientId?: string;
  readonly expiresAt?: string;
  readonly refreshable: boolean;
  readonly connectedAt?: string;
}

const say = (line: string) => process.stdout.write(`${line}\n`);

/** `backplane connection providers [provider]`. */
export async function listProviders(name: string | undefined, options: OnHost): Promise<void> {
  const { items } = await createApiClient(options).send('GET', '/integrations/providers');
  if (name === undefined) {
    if (options.json) return printJson({ items });
    const width = Math.max(0, ...items.map(({ id }: { id: string }) => id.length));
    for (const { id, title, summary, ready } of items)
      say(`${id.padEnd(width)}  ${title}: ${summary}${ready ? '  (ready)' : ''}`);
    return;
  }
  const found = items.find(({ id }: { id: string }) => id === name);
  if (found === undefined) throw raise.CONNECTION_PROVIDER_UNKNOWN({ provider: name });
  if (options.json) return printJson(found);
  say(`${found.title} (${found.id}): ${found.summary}`);
  say(`  grants    ${found.grants.join(', ')}`);
  say(`  redirect  ${found.redirectUri}  (register it at the provider)`);
  say(`  token to  ${found.sendTokenTo.join(', ')}`);
  for (const [setting, { title, default: fallback }] of Object.entries<{ title: string; default?: string }>(
    found.settings,
  ))
    say(
      `  --set ${setting}=…  ${title}${fallback === undefined ? '' : ` (default ${fallback === '' ? 'empty' : fallback})`}`,
    );
  for (const [scope, words] of Object.entries<string>(found.scopes.known))
    say(`  ${found.scopes.default.includes(scope) ? '*' : ' '} ${scope}: ${words}`);
}

/** `backplane connection list`. */
export async function listConnections(options: OnHost): Promise<void> {
  const items = await all(createApiClient(options));
  if (options.json) return printJson({ items });
  if (items.length === 0) say('Nothing is connected. See `backplane connection providers`.');
  for (const one of items) {
    const who = one.account === undefined ? one.owner : one.account.label;
    say(
      `${one.id}  ${one.provider}/${one.environment}  ${one.status}  ${who}${one.reason === undefined ? '' : `  ${one.reason}`}`,
    );
  }
}

/** `backplane connection show CONNECTION`. */
export async function showConnection(name: string, options: OnHost): Promise<void> {
  const client = createApiClient(options);
  const { id } = await connectionNamed(client, name);
  print(await client.send('GET', `/connections/${id}`), options);
}

/** `backplane connection refresh CONNECTION`. */
export async function refreshConnection(name: string, options: OnHost): Promise<void> {
  const client = createApiClient(options);
  const { id } = await connectionNamed(client, name);
  print(await client.send('POST', `/connections/${id}/refresh`), options);
}

/** `backplane connection delete CONNECTION`. */
export async function deleteConnection(name: string, options: OnHost): Promise<void> {
  const client = createApiClient(options);
  const { id, provider } = await connectionNamed(client, name);
  const answer = await client.send('DELETE', `/connections/${id}`);
  if (options.json) return printJson(answer);
  say(answer.revoked ? `Revoked and forgotten: ${provider}.` : `Forgotten: ${provider}. End the access there as well.`);
}

export function print(connection: ShownConnection, { json }: OnHost): void {
  if (json) {
    printJson(connection);
    return;
  }
  const { provider, environment, status, reason, account, owner, expiresAt, refreshable, settings } = connection;
  say(`${provider}/${environment} (${connection.id}): ${status}${reason === undefined ? '' : `, ${reason}`}`);
  say(`  account  ${account?.label ?? (owner === 'service' ? 'the application itself' : 'unknown')}`);
  say(`  client   ${connection.clientId ?? 'of the administrator'}`);
  for (const [name, value] of Object.entries(settings)) say(`  setting  ${name}=${value}`);
  if (connection.connectedAt === undefined) return;
  say(
    `  token    ${expiresAt === undefined ? 'does not end' : `until ${expiresAt}`}${refreshable ? ', renews itself' : ''}`,
  );
  say(`  granted  ${connection.grantedScopes.join(' ') || 'nothing in particular'}`);
  if (connection.missingScopes.length > 0) say(`  missing  ${connection.missingScopes.join(' ')}: connect again`);
}

async function all(client: ApiClient): Promise<readonly ShownConnection[]> {
  return (await client.send('GET', '/connections')).items;
}

/** By id, or as PROVIDER[/ENVIRONMENT]; of a person's and the application's own, the person's. */
export async function connectionNamed(client: ApiClient, name: string): Promise<ShownConnection> {
  const [provider, environment = 'default'] = name.split('/');
  const items = await all(client);
  const found =
    items.find(({ id }) => id === name) ??
    items
      .filter((one) => one.provider === provider && one.environment === environment)
      .toSorted((a) => (a.owner === 'user' ? -1 : 1))[0];
  if (found === undefined) throw raise.CONNECTION_NOT_FOUND({ id: name });
  return found;
}
