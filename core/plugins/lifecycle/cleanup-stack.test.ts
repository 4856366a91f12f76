import { expect, test } from 'vitest';
import { CleanupStack } from './cleanup-stack.ts';

test('clean-ups run last-in first-out; one that throws or hangs stops none of the others', async () => {
  const order: string[] = [];
  const problems: unknown[] = [];
  const stack = new CleanupStack(20, (problem) => problems.push(problem));
  stack.add(() => order.push('first'));
  stack.add(() => new Promise(() => {}));
  stack.add(() => {
    throw new Error('broken');
  });
  stack.add(async () => order.push('last'));
  await stack[Symbol.asyncDispose]();
  expect(order).toEqual(['last', 'first']);
  expect(problems.map(String)).toEqual(['Error: broken', 'Error: a clean-up took longer than 0.02 s']);
});
