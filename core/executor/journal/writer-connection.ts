import pg from 'pg';
import { raise } from '../../errors/catalogue.ts';
import { discardClient } from '../../storage/discard-client.ts';
import type { HostIdentity } from '../hosts/host-identity.ts';
import { HOST_LOCKS, LONE_HOST_LOCK } from '../hosts/host-locks.ts';
import type { CommitStatement } from './commit-statement.ts';

/** How long a host of an older version that was just killed may hold its lock: until the server notices. */
const LONE_HOST_MS = 3_000;
const ANSWER_LIMIT_MS = 30_000;

/**
 * Plans are made once, when tables may still be empty, and must stay right when they are large. The other settings make the server
 * notice within seconds that we are gone, even when our machine fell silent.
 */
const SESSION = `SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET plan_cache_mode = force_generic_plan;
  SET synchronous_commit = on; SET statement_timeout = ${ANSWER_LIMIT_MS}; SET client_connection_check_interval = '1s';
  SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3`;

export interface SeatOptions {
  readonly url: string;
  readonly identity: HostIdentity;
  /** Where the host's API is, for people who look at all hosts. */
  readonly hostUrl?: string;
}

/**
 * The one connection of a host that writes. It holds a lock of the server, which tells that the host lives, and its row in
 * `engine_host`, which every commit checks: the row goes only after the lock has become free, so a host whose row is gone has
 * nothing under way, and cannot store anything any more.
 */
export class WriterConnection {
  readonly #options: SeatOptions;
  #client: pg.Client | undefined;
  #hostId = '';
  #lock = 0;
  #reconnecting: Promise<void> | undefined;
  /** Settles with the newest statement: the next one is sent then. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: SeatOptions) {
    this.#options = options;
  }

  get hostId(): string {
    return this.#hostId;
  }

  get connected(): boolean {
    return this.#client !== undefined;
  }

  /** Takes a new place among the hosts. Throws ENGINE_DATABASE_IN_USE when a host works there that can only work alone. */
  async register(): Promise<void> {
    this.drop();
    const client = await this.#connect();
    try {
      await refuseLoneHost(client);
      const { machine, pid, process } = this.#options.identity;
      const { rows } = await client.query<{ id: string; lock: number }>(
        `WITH host AS (INSERT INTO engine_host (id, machine, pid, process, url) VALUES (gen_random_uuid(), $1, $2, $3, $4) RETURNING id, lock)
          SELECT id, lock, pg_advisory_lock(${HOST_LOCKS}, lock), pg_notify('backplane', 'hosts') FROM host`,
        [machine, pid, process, this.#options.hostUrl ?? null],
      );
      this.#hostId = rows[0]!.id;
      this.#lock = rows[0]!.lock;
      this.#keep(client);
    } catch (error) {
      discardClient(client);
      throw error;
    }
  }

  /** Sends one commit. Throws what `pg` throws, and ENGINE_LEASE_LOST when our place is gone. */
  async commit(statement: CommitStatement): Promise<void> {
    if ((await this.#send(statement)).rowCount === 0) throw raise.ENGINE_LEASE_LOST({ hostId: this.#hostId });
  }

  /** Says that the host lives. Throws as `commit` does. */
  async renew(liveRuns: number): Promise<void> {
    const text = 'UPDATE engine_host SET seen_at = clock_timestamp(), live_runs = $2 WHERE id = $1';
    const { rowCount } = await this.#send({ name: 'host-renew', text, values: [this.#hostId, liveRuns] });
    if (rowCount === 0) throw raise.ENGINE_LEASE_LOST({ hostId: this.#hostId });
  }

  async query<T extends object>(text: string, values: unknown[]): Promise<readonly T[]> {
    return (await this.#send({ text, values })).rows as T[];
  }

  /** Connects again after a loss. Throws ENGINE_LEASE_LOST if our place is gone, else what stands in the way. */
  reconnect(): Promise<void> {
    this.#reconnecting ??= this.#reconnect().finally(() => {
      this.#reconnecting = undefined;
    });
    return this.#reconnecting;
  }

  /** Gives the connection up without waiting for anything. */
  drop(): void {
    const client = this.#client;
    this.#client = undefined;
    if (client !== undefined) discardClient(client);
  }

  /** Leaves the other hosts all that is ours. */
  async close(): Promise<void> {
    const client = this.#client;
    if (client === undefined) return;
    try {
      await this.query(
        `WITH gone AS (DELETE FROM engine_host WHERE id = $1 RETURNING 1) SELECT pg_notify('backplane', 'hosts') FROM gone`,
        [this.#hostId],
      );
      this.#client = undefined;
      await client.end();
    } catch {
      // The others find out that we are gone.
      this.drop();
    }
  }

  #send(statement: {
    readonly name?: string;
    readonly text: string;
    readonly values: unknown[];
  }): Promise<pg.QueryResult> {
    const send = () => {
      if (this.#client === undefined) throw new Error('the connection is lost');
      return this.#client.query(statement);
    };
    const sent = this.#turn.then(send, send);
    this.#turn = sent;
    return sent;
  }

  async #reconnect(): Promise<void> {
    this.drop();
    const client = await this.#connect();
    try {
      const { rows } = await client.query<{ locked: boolean }>(
        'SELECT pg_try_advisory_lock_shared($1) AND pg_try_advisory_lock($2, $3) AS locked',
        [LONE_HOST_LOCK, HOST_LOCKS, this.#lock],
      );
      const standing = await client.query('SELECT 1 FROM engine_host WHERE id = $1', [this.#hostId]);
      if (standing.rowCount === 0) throw raise.ENGINE_LEASE_LOST({ hostId: this.#hostId });
      if (!rows[0]!.locked) {
        throw raise.STORAGE_UNAVAILABLE({ cause: 'the server still holds the lock of the lost connection' });
      }
      this.#keep(client);
    } catch (error) {
      discardClient(client);
      throw error;
    }
  }

  #keep(client: pg.Client): void {
    client.once('end', () => {
      if (this.#client === client) this.#client = undefined;
    });
    this.#client = client;
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.#options.url,
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

/**
 * Hosts of versions that knew no others hold a lock alone, and check an epoch. Sharing the lock keeps them out while we are there;
 * the new epoch keeps one out that comes back after us.
 */
async function refuseLoneHost(client: pg.Client): Promise<void> {
  const deadline = performance.now() + LONE_HOST_MS;
  while (!(await shareLock(client))) {
    if (performance.now() > deadline) {
      const { rows } = await client.query<{ holder: string }>("SELECT holder FROM engine_lease WHERE name = 'journal'");
      throw raise.ENGINE_DATABASE_IN_USE({ holder: rows[0]?.holder ?? 'unknown' });
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  await client.query(
    "UPDATE engine_lease SET epoch = epoch + 1, holder = 'hosts of a newer version' WHERE name = 'journal'",
  );
}

async function shareLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock_shared($1) AS locked', [
    LONE_HOST_LOCK,
  ]);
  return rows[0]!.locked;
}
