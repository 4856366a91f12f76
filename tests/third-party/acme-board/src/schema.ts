import { defineEntity, defineMigration } from '@backplane/sdk';

export const cardsTable = defineMigration({
  name: '0001_cards',
  up: [
    `CREATE TABLE card (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      title text NOT NULL UNIQUE,
      done boolean NOT NULL DEFAULT false,
      added_at timestamptz NOT NULL DEFAULT now()
    )`,
  ],
});

export const card = defineEntity({
  name: 'card',
  columns: {
    id: { type: 'uuid', primary: true, default: { generated: 'uuid' } },
    title: { type: 'text', unique: true },
    done: { type: 'boolean', default: false },
    added_at: { type: 'timestamp', default: { generated: 'now' } },
  },
});
