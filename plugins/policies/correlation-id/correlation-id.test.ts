import { tryPolicy } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { correlationId } from './correlation-id.ts';

test('a request without an id gets one, which upstream, logs and answer share', async () => {
  await using trial = await tryPolicy(correlationId);
  const answer = await trial.send();
  const id = answer.headers['x-correlation-id'];
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect(trial.sent[0]!.headers['x-correlation-id']).toBe(id);
  expect(answer.exchange.id).toBe(id);
});

test('the id of the caller is kept, also from another header', async () => {
  await using trial = await tryPolicy(correlationId, { accept: ['X-Request-ID'] });
  expect((await trial.send({ headers: { 'X-Correlation-ID': 'abc-1' } })).headers['x-correlation-id']).toBe('abc-1');
  expect((await trial.send({ headers: { 'x-request-id': 'r-2' } })).headers['x-correlation-id']).toBe('r-2');
});

test.each(['a b', 'x'.repeat(200), '<script>', ''])('%j is no id, and a new one is made', async (given) => {
  await using trial = await tryPolicy(correlationId);
  expect((await trial.send({ headers: { 'X-Correlation-ID': given } })).headers['x-correlation-id']).toMatch(
    /^[0-9a-f-]{36}$/,
  );
});

test('callers need not be believed, nor told', async () => {
  await using trial = await tryPolicy(correlationId, { trust: false, respond: false });
  const answer = await trial.send({ headers: { 'X-Correlation-ID': 'mine' } });
  expect(trial.sent[0]!.headers['x-correlation-id']).not.toBe('mine');
  expect(answer.headers['x-correlation-id']).toBeUndefined();
});
