import { expect, test } from 'vitest';
import { BodyReceiver, BodySender, CHUNK_BYTES } from './body-transfer.ts';

test('a large body goes no faster than it is taken', async () => {
  const sent: Uint8Array[] = [];
  const sender = new BodySender((_id, chunk) => sent.push(chunk));
  const done = sender.send(1, new Uint8Array(CHUNK_BYTES * 10));
  await Promise.resolve();
  expect(sent).toHaveLength(4);
  for (let taken = 0; taken < 10; taken += 1) {
    sender.taken(1);
    await new Promise((next) => setImmediate(next));
  }
  await done;
  expect(sent).toHaveLength(10);
});

test('a body that nobody wants any more stops', async () => {
  const sent: Uint8Array[] = [];
  const sender = new BodySender((_id, chunk) => sent.push(chunk));
  const done = sender.send(1, new Uint8Array(CHUNK_BYTES * 10));
  sender.drop(1);
  await done;
  expect(sent).toHaveLength(4);
});

test('pieces come together; one too many, or for nobody, is told', async () => {
  const taken: number[] = [];
  const receiver = new BodyReceiver((id) => taken.push(id));
  const body = receiver.expect(7, 3);
  expect(receiver.pending).toBe(3);
  expect(receiver.chunk(7, Uint8Array.of(1, 2))).toBe(true);
  expect(receiver.chunk(7, Uint8Array.of(3))).toBe(true);
  expect(await body).toEqual(Uint8Array.of(1, 2, 3));
  expect(receiver.chunk(7, Uint8Array.of(4))).toBe(false);
  void receiver.expect(8, 1);
  expect(receiver.chunk(8, Uint8Array.of(1, 2))).toBe(false);
  expect(taken).toEqual([7, 7]);
});
