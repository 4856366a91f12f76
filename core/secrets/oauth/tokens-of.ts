import { connectedToken } from './connected-token.ts';
import type { ConnectionKey } from './connection-record.ts';
import type { Connections } from './connections.ts';

/**
 * The tokens of a provider by the names that expressions use: `GITHUB_USER_TOKEN`, `GITHUB_SERVICE_TOKEN`. Undefined when there is
 * none. What keeps one token from being had is an error only when there is no other.
 */
export async function tokensOf(
  connections: Pick<Connections, 'token'>,
  key: Omit<ConnectionKey, 'owner'>,
): Promise<Readonly<Record<string, string>> | undefined> {
  const values: Record<string, string> = {};
  let problem: unknown;
  for (const owner of ['user', 'service'] as const) {
    try {
      const token = await connectedToken(connections, { ...key, owner });
      if (token !== undefined) values[`${key.provider.toUpperCase()}_${owner.toUpperCase()}_TOKEN`] = token.value;
    } catch (error) {
      problem ??= error;
    }
  }
  if (Object.keys(values).length > 0) return values;
  if (problem !== undefined) throw problem;
  return undefined;
}
