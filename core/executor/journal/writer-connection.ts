import { hostname } from 'node:os';
import pg from 'pg';
import { raise } from '../../errors/catalogue.ts';
import { discardClient } from '../../storage/discard-client.ts';
import type { CommitStatement } from './commit-statement.ts';

/** Any number that other programs on the database do not use for the same. */
const LOCK = 7_203_115_002;
/** How long a host that was just killed may hold its lock: until the server notices. */
const TAKEOVER_MS = 3_000;
const ANSWER_LIMIT_MS = 30_000;

/**
 * Plans are made once, when tables may still be empty, and must stay right when they are large. The other settings make the server
 * notice within seconds that we are gone, even when our machine fell silent.
 */
const SESSION = `SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET plan_cache_mode = force_generic_plan;
  SET synchronous_commit = on; SET statement_timeout = ${ANSWER_LIMIT_MS}; SET client_connection_check_interval = '1s';
  SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3`;

/**
 * The one connection that writes. It holds a lock of the server, which tells who lives, and a number, the epoch, which every
 * commit checks, so that a writer whose lock went to another host cannot store anything any more.
 */
export class WriterConnection {
  readonly #url: string;
  #client: pg.Client | undefined;
  #epoch = '0';

  constructor(url: string) {
    this.#url = url;
  }

  get epoch(): string {
    return this.#epoch;
  }

  /** Throws ENGINE_DATABASE_IN_USE when another host holds the lock. */
  async acquire(): Promise<void> {
    const client = await this.#connect();
    const deadline = performance.now() + TAKEOVER_MS;
    while (!(await tryLock(client))) {
      if (performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 25));
      else {
        const { holder } = await leaseOf(client);
        await client.end();
        throw raise.ENGINE_DATABASE_IN_USE({ holder });
      }
    }
    const { rows } = await client.query<{ epoch: string }>(
      `INSERT INTO engine_lease (name, epoch, holder) VALUES ('journal', 1, $1)
       ON CONFLICT (name) DO UPDATE SET epoch = engine_lease.epoch + 1, holder = excluded.holder RETURNING epoch`,
      [`process ${process.pid} on ${hostname()}`],
    );
    this.#epoch = rows[0]!.epoch;
    this.#keep(client);
  }

  /** Sends one commit. Throws what `pg` throws, and ENGINE_LEASE_LOST when the epoch is not ours any more. */
  async commit(statement: CommitStatement): Promise<void> {
    const client = this.#client!;
    const { rowCount } = await client.query(statement);
    if (rowCount === 0) throw raise.ENGINE_LEASE_LOST(await leaseOf(client));
  }

  get connected(): boolean {
    return this.#client !== undefined;
  }

  /** Connects again after a loss. Throws ENGINE_LEASE_LOST if another host came in between, else what stands in the way. */
  async reconnect(): Promise<void> {
    this.drop();
    const client = await this.#connect();
    const locked = await tryLock(client);
    const { epoch, holder } = await leaseOf(client);
    if (locked && epoch === this.#epoch) return this.#keep(client);
    await client.end();
    if (epoch !== this.#epoch) throw raise.ENGINE_LEASE_LOST({ holder });
    throw raise.STORAGE_UNAVAILABLE({ cause: 'the server still holds the lock of the lost connection' });
  }

  /** Gives the connection up without waiting for anything. */
  drop(): void {
    const client = this.#client;
    this.#client = undefined;
    if (client !== undefined) discardClient(client);
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.end();
  }

  #keep(client: pg.Client): void {
    client.once('end', () => {
      if (this.#client === client) this.#client = undefined;
    });
    this.#client = client;
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.#url,
      application_name: 'backplane journal',
      connectionTimeoutMillis: 5_000,
      query_timeout: ANSWER_LIMIT_MS + 5_000,
      keepAlive: true,
    });
    // A loss is noticed by the commit that needs the connection.
    client.on('error', () => undefined);
    await client.connect();
    await client.query(SESSION);
    return client;
  }
}

async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [LOCK]);
  return rows[0]!.locked;
}

async function leaseOf(client: pg.Client): Promise<{ readonly epoch: string; readonly holder: string }> {
  const { rows } = await client.query<{ epoch: string; holder: string }>(
    "SELECT epoch, holder FROM engine_lease WHERE name = 'journal'",
  );
  return rows[0] ?? { epoch: '', holder: 'unknown' };
}
