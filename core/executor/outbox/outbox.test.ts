import { createHmac, randomUUIDv7 } from 'node:crypto';
import { type Http, type HttpRequest, parseJson } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { DEFAULT_WORKSPACE } from '../../storage/default-place.ts';
import { silentLog } from '../../storage/silent-log.fixture.ts';
import { chain, request, testEngine } from '../engine.fixture.ts';
import { createMemoryJournal } from '../journal/memory-journal.ts';
import { createMemoryOutboxStore } from './memory-outbox-store.ts';
import { createNotification, type NotificationPorts, type NotificationSettings } from './notification.ts';
import { Outbox } from './outbox.ts';
import type { EndedRunNews } from './outbox-consumer.ts';
import { outboxStoreContract } from './outbox-store.contract.ts';

const SETTINGS: NotificationSettings = {
  on: ['failed'],
  workflows: ['*'],
  url: 'https://example.com/hook',
  headers: {},
  include: [],
  maxAttempts: 3,
  timeoutSeconds: 15,
};
const news = (more: Partial<EndedRunNews> = {}): EndedRunNews => ({
  runId: '01a1fe51-a58a-7279-b02d-515b3800a257',
  workspace: DEFAULT_WORKSPACE,
  workflow: 'w-1',
  version: 2,
  status: 'failed',
  triggerType: 'api',
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: '2026-01-01T00:00:01.000Z',
  result: { secret: 'of the workflow' },
  ...more,
});

/** An outbox over a memory store whose requests the test answers. */
function open(
  settings: Partial<NotificationSettings>,
  answer: (request: HttpRequest) => number | Promise<number> = () => 204,
  aliases: Readonly<Record<string, string>> = {},
) {
  const sent: HttpRequest[] = [];
  const http: Http = {
    async send(given) {
      sent.push(given);
      return { status: await answer(given), headers: {}, body: new Uint8Array(), url: given.url };
    },
  };
  const notes: Parameters<NotificationPorts['notify']>[] = [];
  const store = createMemoryOutboxStore();
  const outcomes: string[] = [];
  let time = 1_000_000;
  const outbox = new Outbox({
    consumers: [
      createNotification(
        { ...SETTINGS, ...settings },
        {
          http,
          aliasOf: async (id) => aliases[id],
          async notify(...told) {
            notes.push(told);
          },
        },
      ),
    ],
    store,
    log: silentLog,
    now: () => time,
    onOutcome: (outcome) => outcomes.push(outcome),
  });
  return {
    outbox,
    store,
    sent,
    notes,
    outcomes,
    end(run: EndedRunNews) {
      const notices = outbox.noticesOf(run);
      for (const notice of notices) store.add(notice, run.runId, time);
      return notices;
    },
    pass(ms: number) {
      time += ms;
    },
    [Symbol.asyncDispose]: () => outbox[Symbol.asyncDispose](),
  };
}

outboxStoreContract(async () => {
  const store = createMemoryOutboxStore();
  return {
    store,
    add: async (id, consumer, at) => store.add({ id, consumer, body: `body of ${id}` }, randomUUIDv7(), at),
  };
});

test('the end of a run is posted once, signed, without what the run has worked with', async () => {
  await using box = open({ secret: 'a secret of the receiver', headers: { 'x-team': 'red' } });
  const [notice] = box.end(news());
  await expect.poll(() => box.outcomes).toEqual(['delivered']);
  const { url, method, headers, body } = box.sent[0]!;
  expect([url, method, headers!['x-team'], headers!['backplane-event']]).toEqual([
    'https://example.com/hook',
    'POST',
    'red',
    'run.failed',
  ]);
  const { result: _, ...run } = news();
  expect(parseJson(body as string)).toEqual({ id: notice!.id, type: 'run.failed', run });
  const [, time, signature] = /^t=(\d+),v1=(\w+)$/.exec(headers!['backplane-signature']!)!;
  const expected = createHmac('sha256', 'a secret of the receiver').update(`${time}.${body}`).digest('hex');
  expect(signature).toBe(expected);
  expect(await box.store.claim(['notification https://example.com/hook'], 1e15, 1, 10)).toEqual([]);
});

test('a notifier gets the end of a run as a note for people, under the id of the notice', async () => {
  const settings = { url: undefined, notifier: 'acme-chat', config: { room: 'ops' }, include: ['result'] } as const;
  await using box = open(settings, undefined, { 'w-1': 'billing' });
  const [notice] = box.end(news({ error: { code: 'ACME_SHUT', message: 'The door is shut.' } as never }));
  await expect.poll(() => box.outcomes).toEqual(['delivered']);
  const [use, note] = box.notes[0]!;
  expect(use).toEqual({ notifier: 'acme-chat', config: { room: 'ops' } });
  expect(note).toMatchObject({ id: notice!.id, severity: 'critical', title: 'billing failed' });
  expect(note.text).toMatch(/The door is shut\. \(`ACME_SHUT`\)[\s\S]*of the workflow/);
  expect(box.sent).toEqual([]);
});

test('ends that nobody subscribed to leave nothing behind', async () => {
  await using box = open({ on: ['failed'] });
  expect(box.end(news({ status: 'completed' }))).toEqual([]);
});

test('the result goes along when it is asked for', async () => {
  await using box = open({ on: ['completed'], include: ['result'] });
  const [notice] = box.end(news({ status: 'completed' }));
  expect(parseJson(notice!.body)).toMatchObject({ result: { secret: 'of the workflow' } });
});

test('workflows are chosen by id, alias and pattern; what is known not to match is not even kept', async () => {
  await using box = open({ workflows: ['billing-*', 'w-9'] }, undefined, { 'w-1': 'billing-daily', 'w-2': 'other' });
  box.end(news({ workflow: 'w-1' }));
  box.end(news({ workflow: 'w-2' }));
  box.end(news({ workflow: 'w-9' }));
  await expect.poll(() => box.outcomes).toHaveLength(2);
  const told = box.sent.map(({ body }) => (parseJson(body as string) as { run: EndedRunNews }).run.workflow);
  expect(told.sort()).toEqual(['w-1', 'w-9']);
  expect(box.end(news({ workflow: 'w-2' }))).toEqual([]);
});

test('a receiver that fails is tried again with growing pauses under the same id, and given up in the end', async () => {
  await using box = open({}, () => 500);
  box.end(news());
  await expect.poll(() => box.outcomes).toEqual(['failed']);
  box.pass(4_000);
  await expect.poll(() => box.outcomes, { timeout: 1_500, interval: 1_200 }).toEqual(['failed']);
  box.pass(2_000);
  await expect.poll(() => box.outcomes, { timeout: 3_000 }).toEqual(['failed', 'failed']);
  box.pass(12_000);
  await expect.poll(() => box.outcomes, { timeout: 3_000 }).toEqual(['failed', 'failed', 'dead']);
  expect(new Set(box.sent.map(({ headers }) => headers!['backplane-delivery'])).size).toBe(1);
  box.pass(1e9);
  expect(await box.store.claim(['notification https://example.com/hook'], 1e15, 1, 10)).toEqual([]);
});

test('a receiver that answers other than 2xx has refused', async () => {
  const http: Http = { send: async ({ url }) => ({ status: 302, headers: {}, body: new Uint8Array(), url }) };
  const consumer = createNotification(SETTINGS, { http, aliasOf: async () => undefined, notify: async () => {} });
  const body = consumer.noticeOf(news(), 'id')!;
  const notice = { id: 'id', consumer: consumer.name, body, runId: 'r', attempts: 0 };
  await expect(consumer.deliver(notice, new AbortController().signal)).rejects.toMatchObject({
    code: 'NOTIFICATION_REFUSED',
  });
});

test('what was under way when the host stopped is delivered after the next start', async () => {
  const slow = Promise.withResolvers<number>();
  const box = open({}, () => slow.promise);
  box.end(news());
  await expect.poll(() => box.sent).toHaveLength(1);
  const stopped = box.outbox[Symbol.asyncDispose]();
  slow.reject(new Error('aborted'));
  await stopped;
  expect(box.outcomes).toEqual([]);
  expect(await box.store.claim(['notification https://example.com/hook'], 1_000_000 + 120_000, 1, 10)).toHaveLength(1);
});

test('an engine commits notices with the end of a run, for every kind of end', async () => {
  await using box = open({ on: ['completed', 'failed', 'cancelled'] });
  const journal = createMemoryJournal((notice, runId) => box.store.add(notice, runId, 1_000_000));
  await using engine = await testEngine(journal, {
    noticesOf: (run) => box.outbox.noticesOf(run),
    work: ({ run: { step } }) => {
      if (step === 's2') throw new Error('broken');
      return 1;
    },
  });
  await engine.result((await engine.start(request(chain(1)))).runId);
  await engine.result((await engine.start(request(chain(2)))).runId);
  await expect.poll(() => box.outcomes).toEqual(['delivered', 'delivered']);
  expect(box.sent.map(({ headers }) => headers!['backplane-event']).sort()).toEqual(['run.completed', 'run.failed']);
});
