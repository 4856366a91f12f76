import { defineAction } from '@backplane/sdk';
import * as z from 'zod';
import { card } from './schema.ts';

export const addCard = defineAction({
  name: 'tools.acme_board.add_card',
  title: 'Add a card',
  summary: 'Puts a card on the board; one that is there already stays as it is.',
  input: z.strictObject({ title: z.string().min(1).max(200).describe('What is to be done.') }),
  output: z.object({ id: z.uuid(), title: z.string(), done: z.boolean() }),
  uses: ['database'],
  effect: 'write',
  idempotent: 'always',
  examples: [{ name: 'A card', input: { title: 'Water the plants' } }],
  async run({ input, database }) {
    const { id, title, done } = await database.table(card).upsert(input, ['title']);
    return { id, title, done };
  },
});
