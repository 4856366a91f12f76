import type { DataSource } from 'typeorm';

/** The open store of a host: TypeORM for records, the connection address for the journal's own connections. */
export interface Database extends AsyncDisposable {
  readonly dataSource: DataSource;
  /** A `pg` connection string that reaches the same database. Holds the password: never log it. */
  readonly url: string;
  readonly embedded: boolean;
  /** Resolves when a trivial query answers; rejects with STORAGE_UNAVAILABLE. */
  ping(): Promise<void>;
}
