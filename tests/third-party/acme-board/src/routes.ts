import { defineRoute } from '@backplane/sdk';
import * as z from 'zod';
import { raise } from './errors.ts';
import { card } from './schema.ts';

export const listCards = defineRoute({
  method: 'GET',
  path: '/cards',
  title: 'Cards',
  summary: 'The cards of the board, the oldest first.',
  access: { scope: 'acme-board:cards:read' },
  query: z.strictObject({ done: z.enum(['true', 'false']).optional() }),
  reply: z.array(z.object({ title: z.string(), done: z.boolean() })),
  uses: ['database'],
  async handle({ query, database }) {
    const where = query.done === undefined ? {} : { done: query.done === 'true' };
    const cards = await database.table(card).find({ where, orderBy: [['added_at', 'asc']] });
    return { body: cards.map(({ title, done }) => ({ title, done })) };
  },
});

export const finishCard = defineRoute({
  method: 'POST',
  path: '/cards/{title}/done',
  title: 'Finish a card',
  summary: 'Moves a card to those that are done.',
  access: { scope: 'acme-board:cards:write' },
  uses: ['database'],
  async handle({ params, database }) {
    const changed = await database.table(card).update({ title: params.title }, { done: true });
    if (changed === 0) throw raise.ACME_BOARD_CARD_UNKNOWN({ title: params.title });
    return { status: 204 };
  },
});
