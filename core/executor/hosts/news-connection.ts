import pg from 'pg';
import { discardClient } from '../../storage/discard-client.ts';

/** What hosts tell each other without delay; whoever misses it finds out at the next look. */
export type News = 'hosts' | 'message' | 'workflows';

const ANSWER_LIMIT_MS = 10_000;

/** The connection over which hosts look for each other and hear of each other. Connects when it is needed. One query at a time. */
export class NewsConnection {
  readonly #url: string;
  readonly #onNews: (news: News) => void;
  #client: pg.Client | undefined;
  #closed = false;
  #since = Number.POSITIVE_INFINITY;

  constructor(url: string, onNews: (news: News) => void) {
    this.#url = url;
    this.#onNews = onNews;
  }

  /** For how long the server has been there without a break, as far as this connection can tell. */
  get unbrokenMs(): number {
    return this.#client === undefined ? 0 : performance.now() - this.#since;
  }

  async query<T extends object>(text: string, values: unknown[] = []): Promise<readonly T[]> {
    const client = this.#client ?? (await this.#connect());
    try {
      return (await client.query<T>(text, values)).rows;
    } catch (error) {
      if ((error as { readonly severity?: unknown }).severity !== 'ERROR') this.#drop(client);
      throw error;
    }
  }

  /** Gives up what is under way. */
  close(): void {
    this.#closed = true;
    if (this.#client !== undefined) this.#drop(this.#client);
  }

  #drop(client: pg.Client): void {
    if (this.#client === client) this.#client = undefined;
    discardClient(client);
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.#url,
      application_name: 'backplane hosts',
      connectionTimeoutMillis: 5_000,
      query_timeout: ANSWER_LIMIT_MS,
      keepAlive: true,
    });
    // Whoever asks next connects again.
    client.on('error', () => undefined);
    client.once('end', () => {
      if (this.#client === client) this.#client = undefined;
    });
    client.on('notification', ({ payload }) => this.#onNews(payload as News));
    await client.connect();
    if (this.#closed) {
      discardClient(client);
      throw new Error('the host is stopping');
    }
    this.#client = client;
    this.#since = performance.now();
    await client.query('LISTEN backplane');
    return client;
  }
}
