import { defineNotifier, type Note } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { silent } from '../actions/invocation.fixture.ts';
import { ContributionBoard, type MountOwner } from '../contributions/contribution-board.ts';
import { readMounted } from '../contributions/read-mounted.ts';
import { NotifierDesk } from './notifier-desk.ts';

const note: Note = { id: 'n1', severity: 'info', title: 'T', text: 'T' };
const never = new AbortController().signal;

function desk(open: (context: { config: { room: string } }) => unknown) {
  const board = new ContributionBoard();
  const value = defineNotifier({
    name: 'acme-chat',
    title: 'Chat',
    summary: 'Chats.',
    config: z.strictObject({ room: z.string() }),
    open: open as never,
  });
  const owner = { id: 'acme', ports: {}, log: silent, signal: never } as unknown as MountOwner;
  const posted = board.post(
    owner,
    readMounted({ id: 'acme', capabilities: {} } as never, [
      { kind: 'notifier', name: 'acme-chat', value: value as never },
    ]),
  );
  return { desk: new NotifierDesk(board), posted };
}
const code = (work: Promise<unknown>) =>
  work.then(
    () => 'sent',
    (error) => error.code,
  );

test('a note is sent by the one named, opened once for its settings, closed with its plugin', async () => {
  const seen: string[] = [];
  const { desk: notifiers, posted } = desk(({ config }) => {
    seen.push(`open ${config.room}`);
    return {
      send: async ({ id }: Note) => void seen.push(`${id} to ${config.room}`),
      close: async () => void seen.push('closed'),
    };
  });
  const use = { notifier: 'acme-chat', config: { room: 'ops' } };
  await notifiers.send(use, note, never);
  await notifiers.send(use, { ...note, id: 'n2' }, never);
  expect(seen).toEqual(['open ops', 'n1 to ops', 'n2 to ops']);
  posted[Symbol.dispose]();
  await expect.poll(() => seen.at(-1)).toBe('closed');
  expect(await code(notifiers.send(use, note, never))).toBe('PLUGIN_NOTIFIER_UNKNOWN');
});

test('settings that do not fit, and senders that fail, say so', async () => {
  const { desk: notifiers } = desk(() => ({ send: () => Promise.reject(new Error('no paper')) }));
  const send = (config: Record<string, unknown>) => notifiers.send({ notifier: 'acme-chat', config }, note, never);
  expect(await code(send({ rome: 1 }))).toBe('PLUGIN_NOTIFIER_CONFIG');
  await expect(send({ room: 'ops' })).rejects.toMatchObject({
    code: 'PLUGIN_NOTIFIER_FAILED',
    message: expect.stringContaining('no paper'),
  });
});
