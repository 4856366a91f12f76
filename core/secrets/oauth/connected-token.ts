import { DEFAULT_ENVIRONMENT } from '../secret-place.ts';
import type { ConnectionKey } from './connection-record.ts';
import type { Connections } from './connections.ts';
import type { FreshToken } from './token-keeper.ts';

/** The token of an environment; that of `default` stands in where there is none. Throws as {@link Connections.token} does. */
export async function connectedToken(
  connections: Pick<Connections, 'token'>,
  key: ConnectionKey,
): Promise<FreshToken | undefined> {
  const own = await connections.token(key);
  if (own !== undefined || key.environment === DEFAULT_ENVIRONMENT) return own;
  return connections.token({ ...key, environment: DEFAULT_ENVIRONMENT });
}
