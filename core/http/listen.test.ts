import { connect } from 'node:net';
import express from 'express';
import { expect, test } from 'vitest';
import { listen } from './listen.ts';

const host = '127.0.0.1';

test('a port that is taken is named', async () => {
  await using other = await listen(express(), { host, port: 0, deadlineMs: 0 });
  const again = { host, port: other.port, deadlineMs: 0 };
  await expect(listen(express(), again)).rejects.toMatchObject({ code: 'SERVER_PORT_IN_USE' });
});

test('an address of another machine is refused', async () => {
  const elsewhere = { host: '203.0.113.1', port: 0, deadlineMs: 0 };
  await expect(listen(express(), elsewhere)).rejects.toMatchObject({ code: 'SERVER_CANNOT_LISTEN' });
});

test('stopping lets an open request finish, and ends one that takes longer than the deadline', async () => {
  const app = express();
  const arrived = Promise.withResolvers<() => void>();
  app.get('/slow', (_request, response) => arrived.resolve(() => response.send('done')));
  app.get('/never', () => {});
  const server = await listen(app, { host, port: 0, deadlineMs: 300 });
  const slow = fetch(`http://${host}:${server.port}/slow`).then((answer) => answer.text());
  const never = fetch(`http://${host}:${server.port}/never`).then(
    () => 'answered',
    () => 'ended',
  );
  const finish = await arrived.promise;
  const stopped = server[Symbol.asyncDispose]();
  finish();
  expect(await slow).toBe('done');
  expect(await never).toBe('ended');
  await stopped;
  await new Promise<void>((resolve) => connect(server.port, host).once('error', () => resolve()));
});
