import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

const { signal } = new AbortController();
const soon = () => new Promise((resolve) => setImmediate(resolve));

test('no more than so many work at once, and the others follow in their order', async () => {
  const turns = new Turns(2);
  const order: number[] = [];
  let working = 0;
  let most = 0;
  await Promise.all(
    [1, 2, 3, 4, 5].map(async (number) => {
      using _turn = await turns.take(signal);
      order.push(number);
      working += 1;
      most = Math.max(most, working);
      await soon();
      working -= 1;
    }),
  );
  expect({ order, most }).toEqual({ order: [1, 2, 3, 4, 5], most: 2 });
});

test('whoever stops waiting takes nobody the turn, and gives none away', async () => {
  const turns = new Turns(1);
  const first = await turns.take(signal);
  const impatient = new AbortController();
  const given = turns.take(impatient.signal);
  let came = false;
  const patient = turns.take(signal).then((turn) => {
    came = true;
    return turn;
  });
  impatient.abort();
  (await given)[Symbol.dispose]();
  await soon();
  expect(came).toBe(false);
  first[Symbol.dispose]();
  (await patient)[Symbol.dispose]();
});
