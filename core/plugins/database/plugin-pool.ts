import type { Log } from '@backplane/sdk';
import pg from 'pg';
import type { PluginSchema } from '../../storage/plugin-schema/plugin-schema.ts';
import { databaseError } from './database-error.ts';
import { valueParsers } from './value-parsers.ts';

/** Of one plugin on one host. */
const CONNECTIONS = 4;

/** A transaction in which nothing happens for so long is given up. */
const IDLE_MS = 60_000;

export interface Lease {
  readonly client: pg.PoolClient;
  /** Call once; with `broken` the connection is ended on both sides instead of being used again. */
  release(broken: boolean): void;
}

/** The connections of one plugin, all by its own role, with its own schema as the only place that names lead to. */
export class PluginPool implements AsyncDisposable {
  readonly #plugin: string;
  readonly #pool: pg.Pool;
  readonly #log: Log;

  constructor(plugin: string, { connection, schema }: PluginSchema, statementMs: number, log: Log) {
    this.#plugin = plugin;
    this.#log = log;
    this.#pool = new pg.Pool({
      ...connection,
      max: CONNECTIONS,
      idleTimeoutMillis: 10_000,
      connectionTimeoutMillis: 10_000,
      allowExitOnIdle: true,
      application_name: `backplane ${schema}`,
      options: `-c search_path=${schema} -c timezone=UTC -c datestyle=ISO -c statement_timeout=${statementMs} -c idle_in_transaction_session_timeout=${IDLE_MS}`,
      types: valueParsers,
    });
    this.#pool.on('error', ({ message }) =>
      log.warn('A database connection of a plugin was lost', { plugin, cause: message }),
    );
  }

  /** Throws a coded error when there is no connection to be had. */
  async lease(): Promise<Lease> {
    const client = await this.#pool.connect().catch((error) => {
      throw databaseError(this.#plugin, error);
    });
    // Without a listener a connection that breaks while it is used would be an exception that nobody catches.
    const lost = () => {};
    client.on('error', lost);
    return {
      client,
      release: (broken) => {
        client.off('error', lost);
        if (broken) {
          client.on('error', lost);
          this.#endOnServer((client as pg.PoolClient & { readonly processID: number }).processID);
        }
        client.release(broken);
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.end();
  }

  /** The server would bring the statement to its end though nobody waits for it. */
  #endOnServer(processId: number): void {
    this.#pool
      .query('SELECT pg_terminate_backend($1)', [processId])
      .catch((error: Error) => this.#log.debug('a statement of a plugin could not be ended', { cause: error.message }));
  }
}
