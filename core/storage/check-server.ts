import { BackplaneError } from '@backplane/sdk';
import pg from 'pg';
import { raise } from '../errors/catalogue.ts';
import { connectionError, serverAddress } from './connection-error.ts';
import { discardClient } from './discard-client.ts';

const OLDEST_MAJOR = 14;

/** Asks the server for its version over a connection of its own. Throws a coded error when it cannot be used. */
export async function checkServer(url: string, oldestMajor = OLDEST_MAJOR): Promise<void> {
  const address = serverAddress(url);
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // What breaks the connection is told by the query that waits for it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ number: string; text: string }>(
      "SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS text",
    );
    const { number, text } = rows[0]!;
    if (Number(number) < oldestMajor * 10_000)
      throw raise.STORAGE_VERSION_TOO_OLD({ found: text, needed: oldestMajor });
  } catch (error) {
    throw BackplaneError.is(error) ? error : connectionError(error, address);
  } finally {
    discardClient(client);
  }
}
