import { type ApiAddress, createApiClient } from '../api-client.ts';
import { printJson } from '../output.ts';

interface OfOwner extends ApiAddress {
  readonly json?: boolean;
  readonly user?: string;
  readonly service?: string;
}

const say = (line: string) => process.stdout.write(`${line}\n`);
const owner = ({ user, service }: OfOwner) => ({
  ...(user !== undefined && { user }),
  ...(service !== undefined && { service }),
});

export interface CreateKeyOptions extends OfOwner {
  readonly scope?: readonly string[];
  readonly workspace?: string;
  readonly expiresInDays?: string;
}

/** `backplane apikey create NAME`: prints the key, once. */
export async function createKey(name: string, options: CreateKeyOptions): Promise<void> {
  const { scope, workspace, expiresInDays, json } = options;
  const made = await createApiClient(options).send('POST', '/api-keys', {
    body: {
      name,
      ...owner(options),
      ...(scope !== undefined && { scopes: scope }),
      ...(workspace !== undefined && { workspace }),
      ...(expiresInDays !== undefined && { expiresInDays: Number(expiresInDays) }),
    },
  });
  if (json) printJson(made);
  else say(made.key);
}

/** `backplane apikey list`. */
export async function listKeys(options: OfOwner): Promise<void> {
  const { items } = await createApiClient(options).send('GET', '/api-keys', { query: owner(options) });
  if (options.json) return printJson({ items });
  if (items.length === 0) say('There are no keys.');
  for (const { id, name, scopes, lastUsedAt = 'never', expiresAt = 'never' } of items)
    say(`${id}  ${name}  ${scopes?.join(' ') ?? 'all scopes'}  last used ${lastUsedAt}  expires ${expiresAt}`);
}

/** `backplane apikey revoke ID`. */
export async function revokeKey(id: string, options: OfOwner): Promise<void> {
  await createApiClient(options).send('DELETE', `/api-keys/${encodeURIComponent(id)}`);
  if (options.json) printJson({ id });
  else say(`The key ${id} is worth nothing any more.`);
}
