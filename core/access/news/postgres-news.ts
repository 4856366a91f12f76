import type { Log } from '@backplane/sdk';
import pg from 'pg';
import { discardClient } from '../../storage/discard-client.ts';
import type { AccessNews, AccessNewsListener } from './access-news.ts';

const CHANNEL = 'backplane_access';
const RETRY_MS = 1_000;
/** A connection that has silently died is found out so. */
const PROBE_MS = 5_000;

export interface PostgresNewsOptions {
  /** A `pg` connection string. Holds the password: never log it. */
  readonly url: string;
  readonly log: Log;
}

/** Hears what the triggers of the access tables say at every commit; there is nothing to publish. */
export class PostgresNews implements AccessNews {
  readonly #options: PostgresNewsOptions;
  readonly #listener: AccessNewsListener;
  #client: pg.Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  live = false;

  constructor(options: PostgresNewsOptions, listener: AccessNewsListener) {
    this.#options = options;
    this.#listener = listener;
    void this.#connect();
  }

  async publish(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.live = false;
    clearTimeout(this.#timer);
    if (this.#client !== undefined) discardClient(this.#client);
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#options.url,
      application_name: 'backplane access',
      connectionTimeoutMillis: 5_000,
      query_timeout: PROBE_MS,
      keepAlive: true,
    });
    client.on('error', () => this.#lost(client));
    client.once('end', () => this.#lost(client));
    client.on('notification', ({ payload }) => this.#listener.onChange(payload ?? '*'));
    this.#client = client;
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
    } catch (error) {
      if (!this.#closed)
        this.#options.log.warn('News of access do not come through; everything is looked up until they do', {
          cause: (error as Error).message,
        });
      return this.#lost(client);
    }
    if (this.#closed) return discardClient(client);
    this.#listener.onGap();
    this.live = true;
    this.#probeLater(client);
  }

  #probeLater(client: pg.Client): void {
    this.#timer = setTimeout(async () => {
      try {
        await client.query('SELECT 1');
        if (client === this.#client && !this.#closed) this.#probeLater(client);
      } catch {
        this.#lost(client);
      }
    }, PROBE_MS).unref();
  }

  #lost(client: pg.Client): void {
    if (client !== this.#client) return;
    this.#client = undefined;
    this.live = false;
    clearTimeout(this.#timer);
    discardClient(client);
    if (this.#closed) return;
    this.#listener.onGap();
    this.#timer = setTimeout(() => void this.#connect(), RETRY_MS).unref();
  }
}
