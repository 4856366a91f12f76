import type { Entity, RowOf } from '../contributions/entity.ts';

/** Equal, one of a list, or within bounds; several members hold together. */
export type Condition<V> =
  | V
  | {
      readonly in?: readonly V[];
      readonly not?: V;
      readonly lt?: V;
      readonly lte?: V;
      readonly gt?: V;
      readonly gte?: V;
    };

export type Where<R> = { readonly [K in keyof R]?: Condition<R[K]> };

export interface FindOptions<R> {
  readonly where?: Where<R>;
  /** Column and direction, the first weighs most. */
  readonly orderBy?: readonly (readonly [keyof R & string, 'asc' | 'desc'])[];
  /** Default 100, at most 10,000. */
  readonly limit?: number;
  readonly offset?: number;
}

/** The rows of one of the plugin's entities in the workspace of the caller. */
export interface Table<R> {
  find(options?: FindOptions<R>): Promise<readonly R[]>;
  count(where?: Where<R>): Promise<number>;
  /** Gives the row as stored, defaults filled in. Rejects with PLUGIN_DATABASE_CONFLICT when a unique column is taken. */
  insert(row: Partial<R>): Promise<R>;
  /** Inserts, or changes the row with the same values in the columns `on`. */
  upsert(row: Partial<R>, on: readonly (keyof R & string)[]): Promise<R>;
  /** Numbers of rows changed. An empty `where` is refused. */
  update(where: Where<R>, changes: Partial<R>): Promise<number>;
  delete(where: Where<R>): Promise<number>;
}

/** The plugin's own schema of the host's Postgres; it sees no other. */
export interface Database {
  table<E extends Entity>(entity: E): Table<RowOf<E>>;
  /** One statement with `$1 …` parameters, tables named without a schema. */
  query<R = Readonly<Record<string, unknown>>>(sql: string, parameters?: readonly unknown[]): Promise<readonly R[]>;
  /** All of it or nothing; the work may run a second time when the database asks for it. */
  transaction<T>(work: (database: Database) => Promise<T>): Promise<T>;
}
