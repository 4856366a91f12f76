import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, type TestHost } from './host.fixture.ts';
import { hostWith, pluginOfPage } from './plugin-pages.fixture.ts';
import { checkout } from './source-tree.fixture.ts';

const page = readFileSync(join(checkout, 'docs', 'reference', 'plugins', 'trigger.md'), 'utf8');
const workflow = /```yaml\n(.*?)```/s.exec(page)![1]!;
const hookFlow = (board: string) =>
  workflow.replace('tools.acme.new_ticket', 'tools.acme.ticket_hook').replace('support', board);

const moody = {
  'plugin.json': JSON.stringify({
    id: 'moody',
    version: '1.0.0',
    host: '^0.1.0',
    sdk: 1,
    entry: './index.ts',
    contributes: { triggers: ['tools.moody.poll', 'tools.moody.stream'] },
  }),
  'index.ts': `
import { definePlugin, defineTrigger } from '@backplane/sdk';
import { z } from 'zod';
const base = { title: 'T', summary: 'S', input: z.strictObject({ board: z.string() }), event: z.object({ title: z.string() }), sample: { title: 'x' }, dedupeKey: ({ title }) => title } as const;
const polls = new Map<string, number>();
export default definePlugin({ id: 'moody', contributes: [
  defineTrigger({ ...base, mode: 'poll', name: 'tools.moody.poll', everyMs: 1000, poll({ input, state }) {
    polls.set(input.board, (polls.get(input.board) ?? 0) + 1);
    if (input.board === 'throws' && polls.get(input.board) === 1) throw new Error('out of ink');
    if (input.board === 'lies') return { events: [{ no: 'title' }] } as never;
    return { events: [{ title: 'always the same' }, { title: 'another' }] };
  } }),
  defineTrigger({ ...base, mode: 'stream', name: 'tools.moody.stream', async open({ state, emit }) {
    await emit({ title: 'after ' + (state ?? 'nothing') }, 'first');
  } }),
] });`,
};

let host: TestHost;
beforeAll(async () => {
  host = await hostWith({ acme: pluginOfPage('trigger'), moody });
});
afterAll(() => host[Symbol.asyncDispose]());

let flows = 0;
async function stored(source: string): Promise<string> {
  const { status, body } = await host.api('POST', '/workflows', { alias: `flow-${++flows}`, source });
  expect([status, body.code]).toEqual([201, undefined]);
  return body.id;
}
const runsOf = async (id: string): Promise<any[]> => (await host.api('GET', `/workflows/${id}/runs`)).body.items;
const resultsOf = async (id: string): Promise<unknown[]> => {
  const runs = await Promise.all((await runsOf(id)).map(({ runId }) => host.api('GET', `/runs/${runId}`)));
  return runs.map(({ body }) => body.result).toSorted();
};
const open = (board: string, number: number, title: string) =>
  host.api('POST', '/actions/tools.acme.open_ticket/run', { input: { board, id: number, title } });
const statusOf = async (id: string) =>
  (await host.api('GET', '/triggers')).body.items.find((item: { workflow: string }) => item.workflow === id);
const patience = { timeout: 10_000 };

test('the polling trigger of the page starts one run for each new ticket', async () => {
  const id = await stored(workflow);
  await open('support', 1, 'Leak');
  await expect.poll(() => resultsOf(id), patience).toEqual(['New: Leak']);
  await open('support', 2, 'Dust');
  await expect.poll(() => resultsOf(id), patience).toEqual(['New: Dust', 'New: Leak']);
  expect(await runsOf(id)).toMatchObject([{ triggerType: 'plugin' }, { triggerType: 'plugin' }]);
  expect(await statusOf(id)).toMatchObject({ state: 'active', mode: 'poll', runs: 2 });
});

test('an event that comes again starts no second run', async () => {
  const id = await stored(workflow.replace('tools.acme.new_ticket', 'tools.moody.poll'));
  await expect.poll(async () => (await runsOf(id)).length, patience).toBe(2);
  const { lastAt } = await statusOf(id);
  await expect.poll(async () => (await statusOf(id)).lastAt, patience).not.toBe(lastAt);
  expect(await runsOf(id)).toHaveLength(2);
});

test('the webhook trigger of the page subscribes, proves the sender, and starts runs', async () => {
  const id = await stored(hookFlow('hooked'));
  await expect.poll(() => statusOf(id), patience).toMatchObject({ state: 'active', url: expect.any(String) });
  const { url } = await statusOf(id);
  expect((await open('hooked', 9, 'x')).body).toMatchObject({ result: { hook: url } });
  const send = (body: object, secret: string) => call(url, 'POST', body, { 'x-acme-secret': secret });
  expect(await send({ id: 1, title: 'Forged' }, 'guess')).toMatchObject({
    status: 401,
    body: { code: 'PLUGIN_TRIGGER_UNPROVEN' },
  });
  expect(await send({ challenge: 'abc' }, 'secret of hooked')).toMatchObject({ status: 200, body: 'abc' });
  expect(await send({ id: 1, title: 'Told' }, 'secret of hooked')).toMatchObject({ status: 202 });
  expect(await send({ id: 1, title: 'Told' }, 'secret of hooked')).toMatchObject({ status: 202 });
  await expect.poll(() => resultsOf(id), patience).toEqual(['New: Told']);
  expect(await send({ id: 'one' }, 'secret of hooked')).toMatchObject({
    status: 502,
    body: { code: 'PLUGIN_TRIGGER_FAILED' },
  });
  await host.api('DELETE', `/workflows/${id}`);
  await expect.poll(async () => (await send({ id: 2, title: 'Late' }, 'secret of hooked')).status, patience).toBe(404);
  await expect
    .poll(async () => (await open('hooked', 10, 'y')).body, patience)
    .toMatchObject({ result: { hook: null } });
});

test('a stream is opened again with the state it gave last', async () => {
  const id = await stored(workflow.replace('tools.acme.new_ticket', 'tools.moody.stream'));
  await expect.poll(() => resultsOf(id), patience).toEqual(['New: after first', 'New: after nothing']);
});

test('one that throws is tried again, and one that lies says so', async () => {
  const named = (board: string) =>
    workflow.replace('tools.acme.new_ticket', 'tools.moody.poll').replace('support', board);
  const throws = await stored(named('throws'));
  await expect.poll(() => statusOf(throws), patience).toMatchObject({ state: 'active', runs: 2 });
  const lies = await stored(named('lies'));
  await expect
    .poll(() => statusOf(lies), patience)
    .toMatchObject({
      state: 'failing',
      error: { code: 'PLUGIN_TRIGGER_FAILED', message: expect.stringContaining('title') },
    });
  expect(await runsOf(lies)).toEqual([]);
});

test('settings that the trigger does not understand are named', async () => {
  const id = await stored(workflow.replace('{ board: support }', '{ bored: true }'));
  await expect
    .poll(() => statusOf(id), patience)
    .toMatchObject({
      state: 'failing',
      error: { code: 'PLUGIN_TRIGGER_CONFIG', message: expect.stringContaining('bored') },
    });
});

test('a trigger that no plugin has is waited for', async () => {
  const id = await stored(workflow.replace('new_ticket', 'nobody'));
  await expect.poll(() => statusOf(id), patience).toMatchObject({ state: 'waiting' });
});
