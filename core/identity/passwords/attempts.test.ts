import { expect, test } from 'vitest';
import { createAttempts } from './attempts.ts';

function counted() {
  const waits: number[] = [];
  return { waits, attempts: createAttempts({ wait: async (ms) => void waits.push(ms) }) };
}
const LOCKED = { code: 'SIGN_IN_LOCKED', message: expect.stringContaining('900 seconds') };

async function times(count: number, work: (index: number) => Promise<void>): Promise<void> {
  for (let index = 0; index < count; index++) await work(index);
}

test('the sixth attempt of one address at an account is not taken', async () => {
  const { attempts } = counted();
  await times(5, () => attempts.begin('ada', '1.1.1.1'));
  await expect(attempts.begin('ada', '1.1.1.1')).rejects.toMatchObject(LOCKED);
});

test('many attempts at once do not get past', async () => {
  const { attempts } = counted();
  const all = await Promise.allSettled(Array.from({ length: 40 }, () => attempts.begin('ada', '1.1.1.1')));
  expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
});

test('each attempt after the second takes longer', async () => {
  const { attempts, waits } = counted();
  await times(5, () => attempts.begin('ada', '1.1.1.1'));
  expect(waits).toEqual([500, 1_000, 2_000]);
});

test('whoever guesses from elsewhere does not lock the owner out', async () => {
  const { attempts } = counted();
  await times(6, () => attempts.begin('ada', '6.6.6.6').catch(() => undefined));
  await expect(attempts.begin('ada', '1.1.1.1')).resolves.toBeUndefined();
});

test('many addresses together are stopped at one account', async () => {
  const { attempts } = counted();
  await times(50, (index) => attempts.begin('ada', `9.9.9.${index}`));
  await expect(attempts.begin('ada', '9.9.8.1')).rejects.toMatchObject(LOCKED);
});

test('one address is stopped at many accounts', async () => {
  const { attempts } = counted();
  await times(100, (index) => attempts.begin(`user${index}`, '6.6.6.6'));
  await expect(attempts.begin('another', '6.6.6.6')).rejects.toMatchObject(LOCKED);
});

test('a success makes the failures before it forgotten', async () => {
  const { attempts } = counted();
  await times(4, () => attempts.begin('ada', '1.1.1.1'));
  await attempts.succeeded('ada', '1.1.1.1');
  await times(5, () => attempts.begin('ada', '1.1.1.1'));
});
