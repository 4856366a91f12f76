import type { Members } from './shape.ts';

/** The port `database` as it crosses: tables are looked up on the plugin's side, rows are asked for here. */
export const DATABASE: Members = {
  rows: { takes: ['data', 'data', 'data'], gives: 'data' },
  query: { takes: ['data', 'data'], gives: 'data' },
  transaction: {
    takes: [
      {
        call: {
          get takes() {
            return [{ object: DATABASE }];
          },
          gives: 'data',
          lasts: true,
        },
      },
    ],
    gives: 'data',
  },
};

/** What can be asked of a table. */
export const TABLE_METHODS = ['find', 'count', 'insert', 'upsert', 'update', 'delete'] as const;
