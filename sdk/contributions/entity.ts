import { type Tagged, tag } from '../tag.ts';

/** Column type → how a value looks in code. `bigint` and `numeric` keep every digit; `timestamp` is ISO text in UTC. */
export interface ColumnTypes {
  text: string;
  integer: number;
  bigint: bigint;
  numeric: string;
  double: number;
  boolean: boolean;
  uuid: string;
  timestamp: string;
  json: unknown;
  bytes: Uint8Array;
}

export interface Column {
  readonly type: keyof ColumnTypes;
  readonly nullable?: boolean;
  readonly primary?: boolean;
  readonly unique?: boolean;
  /** A value, or what the database fills in: `now`, `uuid`. */
  readonly default?: string | number | boolean | null | { readonly generated: 'now' | 'uuid' };
}

export type Columns = Readonly<Record<string, Column>>;

/** Describes rows to the `database` port. Tables come from migrations, so that what stands there can be brought along. */
export interface EntitySpec<C extends Columns> {
  /** The table: lower case, digits and underscores. */
  readonly name: string;
  readonly columns: C;
  readonly indexes?: readonly { readonly columns: readonly (keyof C & string)[]; readonly unique?: boolean }[];
}

export type Entity = EntitySpec<any> & Tagged<'entity'>;

/** A row of an entity: `RowOf<typeof ticket>`. */
export type RowOf<E> =
  E extends EntitySpec<infer C>
    ? {
        [K in keyof C]: C[K] extends { readonly nullable: true }
          ? ColumnTypes[C[K]['type']] | null
          : ColumnTypes[C[K]['type']];
      }
    : never;

/** Declares a table of the plugin's own schema. Needs the capability `database`. */
export function defineEntity<const C extends Columns>(spec: EntitySpec<C>): EntitySpec<C> & Tagged<'entity'> {
  return tag('entity', spec);
}
