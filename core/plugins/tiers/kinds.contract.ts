import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type {
  BlobBucket,
  Bus,
  BusMessage,
  ContributionKind,
  Decider,
  DeliveredMessage,
  Discovery,
  EngineDriver,
  Llm,
  Plugin,
  SecretReader,
} from '@backplane/sdk';
import { indexOf, writtenIndex } from '@backplane/sdk/host';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_WORKSPACE as WORKSPACE } from '../../storage/default-place.ts';
import { createMemoryKeyValueStore } from '../../storage/memory-key-value-store.ts';
import { bindDependencies } from '../contracts/bind-dependencies.ts';
import { ContributionBoard, type MountOwner } from '../contributions/contribution-board.ts';
import { readMounted } from '../contributions/read-mounted.ts';
import { NotifierDesk } from '../notifiers/notifier-desk.ts';
import { findRoute } from '../routes/find-route.ts';
import { type PlainRequest, serveRoute } from '../routes/serve-route.ts';
import { triggerBinding } from '../triggers/trigger-binding.ts';
import { TriggerDesk } from '../triggers/trigger-desk.ts';
import { createTiers } from './create-tiers.ts';
import plugin from './every-kind.fixture.ts';
import type { Tier, TierName } from './tier.ts';
import { type LoadedPlugin, loadPlugin, logInto } from './tier-home.fixture.ts';

const SCHEDULER = `
export const compile = (definition) => ({ steps: definition.steps });
export const newState = () => ({ done: 0 });
export const reduce = (graph, state, event) => { state.done += 1; return graph.steps.map((step) => ({ type: 'Do', step, after: event.type })); };
`;

/** One suite for all kinds of contribution that can leave the host's process: used as the host uses them, wherever the plugin runs. */
export function kindsContract(name: TierName): void {
  describe(`every kind in the tier ${name}`, () => {
    const lines: string[] = [];
    const kv = createMemoryKeyValueStore();
    const own = kv.scope('default/acme');
    const board = new ContributionBoard();
    const stopping = new AbortController();
    const log = logInto(lines);
    let tier: Tier;
    let loaded: LoadedPlugin;
    let stop: () => Promise<void>;

    beforeAll(async () => {
      tier = createTiers({ log: logInto([]), onFault() {} })[name];
      const code = readFileSync(new URL('every-kind.fixture.ts', import.meta.url), 'utf8');
      const why = { why: 'test' };
      loaded = await loadPlugin(tier, {
        code,
        kv,
        config: { since: '2001-05-05' },
        granted: { kv: { ...why, quotaBytes: 1 }, routes: why, database: why } as never,
        manifest: {
          capabilities: { kv: why, routes: why, database: why },
          contributes: writtenIndex(indexOf(plugin as Plugin)),
        },
      });
      const { manifest } = { manifest: { id: 'acme', capabilities: {} } as never };
      const owner = { id: 'acme', ports: { kv }, log, signal: stopping.signal } as unknown as MountOwner;
      board.post(owner, readMounted(manifest, loaded.instance.plugin.others));
      stop = await loaded.start({ log });
    });
    afterAll(async () => {
      stopping.abort();
      await loaded[Symbol.asyncDispose]();
      await tier[Symbol.asyncDispose]();
    });

    /** Opens what a contribution of this kind opens. */
    async function open<T>(kind: ContributionKind, more: object = {}): Promise<T> {
      const { value } = loaded.instance.plugin.others.find((other) => other.kind === kind)!;
      const context = { config: { name: 'it' }, log, signal: stopping.signal, kv: own, ...more };
      return (await (value as unknown as { open(context: object): Promise<T> }).open(context)) as T;
    }

    test('it is started with its ports and its configuration', async () => {
      expect(await own.get('started')).toBe(2001);
    });

    test('a trigger that polls starts one run for each event, and is handed its state', async () => {
      await using triggers = desk();
      await triggers.want('tools.acme.poll', { step: '2' });
      await expect.poll(() => triggers.started).toEqual([{ at: '1970-01-03T00:00:00.000Z' }]);
      expect(await own.get('polled')).toBe(2);
    });

    test('a trigger that is told checks the bytes that came, and answers with bytes', async () => {
      await using triggers = desk();
      await triggers.want('tools.acme.hook', {});
      const [status] = triggers.statuses();
      const body = new TextEncoder().encode('{"n":4}');
      const sum = body.reduce((all, byte) => all + byte, status!.url!.length);
      const deliver = (headers: Record<string, string>) =>
        triggers.receive(status!.url!.split('/').at(-1)!, { method: 'POST', url: '/', query: {}, headers, body });
      const unproven = () => deliver({ 'x-sum': '1' }).catch(({ code }) => code);
      await expect.poll(unproven).toBe('PLUGIN_TRIGGER_UNPROVEN');
      expect(await deliver({ 'x-sum': String(sum) })).toEqual({
        status: 200,
        headers: {},
        body: body.toReversed(),
      });
      expect(triggers.started).toEqual([{ at: '1970-01-05T00:00:00.000Z' }]);
    });

    test('a trigger that listens starts runs as things happen, and ends with its signal', async () => {
      const triggers = desk();
      await triggers.want('tools.acme.stream', {});
      await expect.poll(() => lines).toContain('info all told');
      expect(triggers.started).toHaveLength(3);
      await triggers[Symbol.asyncDispose]();
      await expect.poll(() => own.get('ended')).toBe(true);
    });

    test('a route gets what it declares, and gives what it promised', async () => {
      const reply = await call('POST', '/echo/here', { query: { times: '2' }, body: { on: '2020-02-02' } });
      expect(reply).toMatchObject({ status: 201, headers: { 'x-how': 'here' }, body: '{"year":4040,"seen":true}' });
      expect(await own.get('actor')).toBe('me');
    });

    test('a route refuses what does not fit, and its errors keep their code', async () => {
      const wrong = call('POST', '/echo/here', { query: { times: 'x' }, body: {} });
      await expect(wrong).rejects.toMatchObject({
        code: 'HTTP_INVALID_REQUEST',
        message: expect.stringMatching(/query\.times[\s\S]*body\.on/),
      });
      const shut = call('POST', '/echo/shut', { body: { on: '2020-02-02' } });
      await expect(shut).rejects.toMatchObject({ code: 'ACME_SHUT', facts: { status: 503, retry: 'later' } });
    });

    test('a route passes bytes through without holding them', async () => {
      const piece = new Uint8Array(1_000_000).fill(7);
      let ahead = 0;
      let most = 0;
      async function* content() {
        for (let n = 0; n < 40; n += 1) {
          ahead += piece.byteLength;
          yield piece;
        }
      }
      const reply = await call('PUT', '/through', { content: content() });
      expect(reply.headers).toMatchObject({ 'content-type': 'application/x-through' });
      let size = 0;
      for await (const part of reply.content!) {
        most = Math.max(most, ahead - size);
        size += part.byteLength;
      }
      expect(size).toBe(40_000_000);
      expect(most).toBeLessThan(4_000_000);
      expect(await own.get('size')).toBe(size);
    });

    test('what fails within a stream fails its reader with its code', async () => {
      const headers = { 'x-break': 'yes' };
      const { content } = await call('PUT', '/through', { headers, content: bytes('abc') });
      await expect(Array.fromAsync(content!)).rejects.toMatchObject({ code: 'ACME_SHUT' });
    });

    test('a notifier is opened for its settings, sends, and is closed', async () => {
      const notifiers = new NotifierDesk(board);
      const use = { notifier: 'acme-chat', config: { name: 'ops', since: '2010-01-01' } };
      const note = { id: 'n', severity: 'info', title: 'T', text: 'T' } as const;
      const never = new AbortController().signal;
      await notifiers.send(use, note, never);
      expect(await own.get('note')).toEqual(['n', 'T', 2010, false]);
      await expect(notifiers.send(use, { ...note, title: 'shut' }, never)).rejects.toMatchObject({ code: 'ACME_SHUT' });
      const unfit = notifiers.send({ ...use, config: { since: 'never' } }, note, never);
      await expect(unfit).rejects.toMatchObject({ code: 'PLUGIN_NOTIFIER_CONFIG' });
      await notifiers[Symbol.asyncDispose]();
      expect(await own.get('closed')).toBe('ops');
    });

    test('a secret store reads and writes; what it cannot do is not there', async () => {
      const store = await open<SecretReader>('secret-store');
      const { signal } = stopping;
      expect(await store.read('a', signal)).toBeUndefined();
      expect(await store.write!('a', { key: 'v' }, { signal })).toBe('1');
      expect(await store.read('a', signal)).toEqual({ values: { key: 'v' }, version: '1' });
      expect(store.list).toBeUndefined();
      await expect(store.write!('a', {}, { expected: 'other', signal })).rejects.toMatchObject({ code: 'ACME_SHUT' });
      await store.close?.();
    });

    test('a blob store takes and gives bytes piece by piece', async () => {
      const store = await open<BlobBucket>('blob-store');
      const { signal } = stopping;
      const content = new Uint8Array(700_000).map((_, at) => at % 251);
      expect(await store.put('a/b', stream([content, content]), { contentType: 'x/y', signal })).toMatchObject({
        size: 1_400_000,
        contentType: 'x/y',
      });
      const got = await store.get('a/b', { signal });
      const parts = await Array.fromAsync(got!.content);
      expect(Buffer.concat(parts).equals(Buffer.concat([content, content]))).toBe(true);
      expect(await store.get('none', { signal })).toBeUndefined();
      expect((await Array.fromAsync(store.list('a/', signal))).map(({ key }) => key)).toEqual(['a/b']);
      await store.remove('a/b', signal);
      expect(await store.head('a/b', signal)).toBeUndefined();
    });

    test('an event bus hands messages over with their bytes, again when they were not taken', async () => {
      const bus = await open<Bus>('event-bus');
      const body = new Uint8Array([1, 2, 255]);
      const message: BusMessage = { topic: 't', headers: { a: 'b' }, body };
      await bus.publish([message, { ...message, topic: 'other' }, { ...message, key: 'k' }], stopping.signal);
      const got: DeliveredMessage[] = [];
      const reader = new AbortController();
      const handle = async (delivered: DeliveredMessage) => {
        if (got.push(delivered) === 1) throw new Error('not yet');
      };
      const subscription = { topics: ['t'], group: 'g', from: 'earliest', window: 1 } as const;
      const consuming = bus.consume(subscription, handle, reader.signal);
      await expect
        .poll(() => got.map(({ position, attempt }) => [position, attempt]))
        .toEqual([
          ['0', 1],
          ['0', 2],
          ['2', 1],
        ]);
      expect(got[2]).toMatchObject({ key: 'k', body });
      reader.abort();
      await consuming;
    });

    test('an engine has the scheduler at hand, and the host performs and records for it', async () => {
      const file = join(loaded.folder, 'scheduler.mjs');
      writeFileSync(file, SCHEDULER);
      const module = pathToFileURL(file).href;
      const told: unknown[] = [];
      const scheduler = { ...(await import(module)), module };
      const driver = await open<EngineDriver>('engine', {
        host: {
          scheduler,
          async perform(runId: string, { step }: { step: string }) {
            return [{ type: 'Done', runId, step }];
          },
          async record(...given: unknown[]) {
            told.push(given);
          },
        },
      });
      const definition = { steps: ['a'] };
      const run = { runId: 'r', workflow: 'w', version: 1, definition, started: { type: 'Started' } };
      await driver.start(run);
      await driver.signal('r', { type: 'Cancel' });
      expect(told).toEqual([
        ['r', 1, { type: 'Started' }],
        ['r', 2, { type: 'Done', runId: 'r', step: 'a' }],
        ['r', 3, { type: 'Cancel', state: { done: 1 } }],
      ]);
      expect(await driver.status('r')).toEqual({ state: 'running' });
      expect(await driver.status('other')).toBeUndefined();
    });

    test('a decision point decides, and says when it cannot', async () => {
      const decider = await open<Decider>('decision-point');
      const subject = { id: 'me', kind: 'user', roles: ['run'], groups: [], claims: {} } as const;
      const query = { subject, action: 'run', resource: { type: 'w', attributes: {} }, context: {} };
      const { signal } = stopping;
      expect(await decider.decide(query, signal)).toEqual({ effect: 'permit', because: ['me asked'] });
      expect(await decider.decide({ ...query, action: 'x' }, signal)).toMatchObject({ effect: 'deny' });
      await expect(decider.check!(signal)).rejects.toMatchObject({ code: 'ACME_SHUT' });
    });

    test('a provider of language models answers piece by piece', async () => {
      const llm = await open<Llm>('llm-provider');
      const { signal } = stopping;
      expect(await llm.models(signal)).toMatchObject([{ id: 'm' }]);
      const image = { type: 'image', mediaType: 'image/png', data: new Uint8Array(3) } as const;
      const answer = llm.generate({ model: 'm', messages: [{ role: 'user', content: [image] }], signal });
      const pieces = await Array.fromAsync(answer);
      expect(pieces.map((piece) => ('text' in piece ? piece.text : piece.type))).toEqual([
        '3 bytes',
        'm 0',
        'm 1',
        'm 2',
        'end',
      ]);
    });

    test('an answer that nobody reads on, and one that is called off, end over there as well', async () => {
      const llm = await open<Llm>('llm-provider');
      const caller = new AbortController();
      const over = () => lines.filter((line) => line === 'info the answer is over').length;
      const before = over();
      const ask = (model: string) =>
        llm.generate({ model, messages: [{ role: 'user', content: [] }], signal: caller.signal });
      for await (const _ of ask('m')) break;
      await expect.poll(over).toBe(before + 1);
      const rest = Array.fromAsync(ask('endless'));
      await new Promise((done) => setTimeout(done, 50));
      caller.abort();
      expect((await rest).at(-1)).toMatchObject({ type: 'end' });
      await expect.poll(over).toBe(before + 2);
    });

    test('service discovery resolves, and watches without end until it is enough', async () => {
      const discovery = await open<Discovery>('service-discovery');
      const { signal } = stopping;
      expect(await discovery.resolve({ service: 's' }, signal)).toEqual([{ id: 's', host: 'a.test', port: 80 }]);
      const ports: number[] = [];
      for await (const [one] of discovery.watch!({ service: 's' }, signal)) if (ports.push(one!.port) === 3) break;
      expect(ports).toEqual([1, 2, 3]);
    });

    test('other plugins call its methods', async () => {
      const { provides } = loaded.instance.plugin;
      const provider = () => ({ id: 'acme', provides, log, started: async () => {} });
      const deps = { acme: { plugin: 'acme', optional: false } };
      const { signal } = stopping;
      const { acme } = bindDependencies({ caller: 'other', deps, provider, signal }) as {
        acme: { year(input: object): Promise<unknown> };
      };
      expect(await acme.year({ on: '1999-09-09' })).toEqual({ year: 1999 });
      await expect(acme.year({ on: 'never' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    });

    test('what is data is there as it was written', () => {
      const data = ['template', 'oauth-provider', 'console-page', 'entity', 'migration'];
      const found = loaded.instance.plugin.others.filter(({ kind }) => data.includes(kind));
      expect(found.map(({ kind, value }) => [kind, { ...value }])).toEqual(
        plugin.contributes
          .slice(-5)
          .map((one, at) => [data[at], { ...one }])
          .map(([kind, value]) => [kind, value]),
      );
    });

    test('what is not granted is not there', async () => {
      const { value } = loaded.instance.plugin.others.find(({ kind }) => kind === 'notifier')!;
      const context = { config: {}, log, signal: stopping.signal, workflows: { start: () => 'no' } };
      const sender = await (
        value as unknown as { open(context: object): Promise<{ send(...given: unknown[]): Promise<void> }> }
      ).open(context);
      await expect(sender.send({ id: 'n', title: 'T' }, stopping.signal)).rejects.toThrow(/undefined/);
    });

    test('it stops, its clean-ups with their ports', async () => {
      await stop();
      expect(await own.get('stopped')).toBe(true);
    });

    function call(method: string, path: string, request: Partial<PlainRequest>) {
      const { found } = findRoute(board, 'acme', method, path);
      const actor = { id: 'me', kind: 'user', workspace: 'default', scopes: [] } as const;
      return serveRoute(found!, { query: {}, headers: {}, actor, signal: stopping.signal, ...request });
    }

    function desk() {
      const started: unknown[] = [];
      const triggers = new TriggerDesk(board, {
        kv: createMemoryKeyValueStore(),
        log,
        url: () => 'https://host.test',
        async start(_workflow, event) {
          started.push(event);
        },
      });
      return {
        started,
        async want(trigger: string, config: Readonly<Record<string, unknown>>) {
          await triggers.want([triggerBinding({ workflow: 'w', workspace: WORKSPACE, trigger, config })]);
          await expect.poll(() => triggers.statuses(WORKSPACE)[0]).toMatchObject({ state: 'active' });
          if (trigger.endsWith('hook')) await expect.poll(() => triggers.statuses(WORKSPACE)[0]!.url).toBeDefined();
        },
        statuses: () => triggers.statuses(WORKSPACE),
        receive: triggers.receive.bind(triggers),
        [Symbol.asyncDispose]: () => triggers[Symbol.asyncDispose](),
      };
    }
  });
}

async function* stream(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

const bytes = (text: string) => stream([new TextEncoder().encode(text)]);
