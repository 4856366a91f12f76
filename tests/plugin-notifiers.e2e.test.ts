import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestHost } from './host.fixture.ts';
import { hostWith } from './plugin-pages.fixture.ts';

const chat = {
  'plugin.json': JSON.stringify({
    id: 'chat',
    version: '1.0.0',
    host: '^0.1.0',
    sdk: 1,
    entry: './index.ts',
    capabilities: { kv: { why: 'Stands in for the room.' } },
    contributes: { notifiers: ['chat-room'], actions: ['tools.chat.read'] },
  }),
  'index.ts': `
import { defineAction, defineNotifier, definePlugin } from '@backplane/sdk';
import { z } from 'zod';
const room = defineNotifier({
  name: 'chat-room', title: 'Room', summary: 'Writes into a room.', config: z.object({ room: z.string() }), uses: ['kv'],
  open: ({ config, kv }) => ({ send: (note) => kv.set(config.room, note) }),
});
const read = defineAction({
  name: 'tools.chat.read', title: 'Read', summary: 'The last note.', input: z.object({ room: z.string() }), uses: ['kv'],
  effect: 'read', idempotent: 'always', run: async ({ input, kv }) => (await kv.get(input.room)) ?? null,
});
export default definePlugin({ id: 'chat', contributes: [room, read] });`,
};
const FAILS = `title: Fails
actions:
  - { ref: a, action: core.transform.reshape, args: { value: "\${{ 1 / TRIGGER.by }}" } }
returns: "\${{ ACTIONS.a.result }}"
`;

let host: TestHost;
beforeAll(async () => {
  host = await hostWith(
    { chat },
    {
      backplane: `log: { level: silent }
notifications:
  - { notifier: chat-room, config: { room: ops } }
  - { name: results, on: [completed], notifier: chat-room, config: { room: results }, include: [result] }
`,
    },
  );
  await host.api('POST', '/workflows', { alias: 'fails', source: FAILS });
});
afterAll(() => host[Symbol.asyncDispose]());

const last = async (room: string) =>
  (await host.api('POST', '/actions/tools.chat.read/run', { input: { room } })).body.result;

test('a notifier of a plugin that the configuration names is told when a run fails', async () => {
  const { body } = await host.api('POST', '/workflows/fails/runs?wait=true', { input: { by: 0 } });
  expect(body).toMatchObject({ status: 'failed' });
  await expect
    .poll(() => last('ops'), { timeout: 15_000 })
    .toMatchObject({
      severity: 'critical',
      title: 'fails failed',
      text: expect.stringContaining(body.error.code),
      facts: expect.arrayContaining([{ name: 'Run', value: body.runId }]),
    });
  expect(await last('results')).toBeNull();
});

test('each of its uses has settings of its own, and the result where it was asked for', async () => {
  await host.api('POST', '/workflows/fails/runs?wait=true', { input: { by: 2 } });
  await expect
    .poll(() => last('results'), { timeout: 15_000 })
    .toMatchObject({
      severity: 'info',
      title: 'fails completed',
      text: expect.stringContaining('0.5'),
    });
});
