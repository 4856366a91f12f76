import { definePlugin } from '@backplane/sdk';
import { addCard } from './add-card.ts';
import { errors } from './errors.ts';
import { page } from './page.ts';
import { finishCard, listCards } from './routes.ts';
import { card, cardsTable } from './schema.ts';

export default definePlugin({
  id: 'acme-board',
  contributes: [addCard, cardsTable, card, listCards, finishCard, page],
  errors,
});
