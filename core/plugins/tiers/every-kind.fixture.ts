import {
  type BlobFacts,
  type BusMessage,
  defineBlobStore,
  defineConsolePage,
  defineDecisionPoint,
  defineEngine,
  defineEntity,
  defineErrors,
  defineEventBus,
  defineLlmProvider,
  defineMethod,
  defineMigration,
  defineNotifier,
  defineOAuthProvider,
  definePlugin,
  defineRoute,
  defineSecretStore,
  defineServiceDiscovery,
  defineTemplate,
  defineTrigger,
} from '@backplane/sdk';
import { z } from 'zod';

/** A plugin with one of every kind that can leave the host's process; tests copy it into a folder and load it in each tier. */
const raise = defineErrors({
  ACME_SHUT: {
    status: 503,
    blame: 'upstream',
    retry: 'later',
    message: (d: { door: string }) => `The door ${d.door} is shut.`,
    remedy: 'Wait.',
  },
});
const described = { title: 'T', summary: 'S.' } as const;
const config = z.strictObject({ since: z.coerce.date().default(new Date(0)), name: z.string().default('none') });
const input = z.strictObject({ step: z.coerce.number().default(1) });
const event = z.object({ at: z.coerce.date() });
const trigger = { ...described, input, event, sample: { at: '2026-01-01' } } as const;
const byTime = ({ at }: { at: Date }) => String(at.getTime());
const day = (n: unknown) => new Date(86_400_000 * Number(n)).toISOString();

const poll = defineTrigger({
  ...trigger,
  mode: 'poll',
  name: 'tools.acme.poll',
  uses: ['kv'],
  everyMs: 60_000,
  dedupeKey: byTime,
  async poll({ input: { step }, state, kv }) {
    const next = Number(state ?? 0) + step;
    await kv.set('polled', next);
    return { events: [{ at: day(next) }, { at: day(next) }], state: next };
  },
});

const hook = defineTrigger({
  ...trigger,
  mode: 'webhook',
  name: 'tools.acme.hook',
  async subscribe({ url }) {
    return { secret: url.length };
  },
  verify: ({ body, headers }, { state }) =>
    headers['x-sum'] === String(body.reduce((sum, byte) => sum + byte, (state as { secret: number }).secret)),
  async receive({ body }) {
    const { n } = JSON.parse(new TextDecoder().decode(body));
    return { events: [{ at: day(n) }], reply: { status: 200, body: body.slice().reverse() } };
  },
});

const stream = defineTrigger({
  ...trigger,
  mode: 'stream',
  name: 'tools.acme.stream',
  uses: ['kv'],
  dedupeKey: byTime,
  async open({ state, emit, signal, kv, log }) {
    for (let n = Number(state ?? 0) + 1; n <= 3; n += 1) await emit({ at: day(n) }, n);
    log.info('all told');
    await new Promise<void>((done) => signal.addEventListener('abort', () => done(), { once: true }));
    await kv.set('ended', true);
  },
});

const echo = defineRoute({
  ...described,
  method: 'POST',
  path: '/echo/{how}',
  access: { scope: 'acme:all' },
  query: z.strictObject({ times: z.coerce.number().default(1) }),
  body: z.object({ on: z.coerce.date() }),
  reply: z.object({ year: z.number(), seen: z.boolean().default(true) }),
  uses: ['kv'],
  async handle({ params, query, body, actor, kv, signal }) {
    if (params.how === 'shut') throw raise.ACME_SHUT({ door: params.how });
    if (params.how === 'late')
      await new Promise<void>((done) => signal.addEventListener('abort', () => done(), { once: true }));
    await kv.set('actor', actor.id);
    return { status: 201, headers: { 'x-how': params.how }, body: { year: body.on.getUTCFullYear() * query.times } };
  },
});

const through = defineRoute({
  ...described,
  method: 'PUT',
  path: '/through',
  access: { scope: 'acme:all' },
  bodyAs: 'stream',
  maxBodyBytes: 2 ** 32,
  uses: ['kv'],
  handle({ content, headers, kv }) {
    async function* twice() {
      let size = 0;
      for await (const piece of content) {
        size += piece.byteLength;
        if (headers['x-break'] !== undefined) throw raise.ACME_SHUT({ door: 'half' });
        yield piece;
      }
      await kv.set('size', size);
    }
    return { headers: { 'content-type': 'application/x-through' }, content: twice() };
  },
});

const chat = defineNotifier({
  ...described,
  name: 'acme-chat',
  config,
  uses: ['kv'],
  open: ({ config: { since, name }, kv }) => ({
    async send({ id, title }, signal) {
      if (title === 'shut') throw raise.ACME_SHUT({ door: name });
      await kv.set('note', [id, title, since.getUTCFullYear(), signal.aborted]);
    },
    close: () => kv.set('closed', name),
  }),
});

const vault = defineSecretStore({
  ...described,
  name: 'acme-vault',
  config,
  open: () => {
    const kept = new Map<string, Readonly<Record<string, string>>>();
    return {
      async read(name) {
        const values = kept.get(name);
        return values && { values, version: `${kept.size}` };
      },
      async write(name, values, { expected, signal }) {
        if (expected === 'other' || signal.aborted) throw raise.ACME_SHUT({ door: name });
        kept.set(name, values);
        return `${kept.size}`;
      },
    };
  },
});

const blobs = defineBlobStore({
  ...described,
  name: 'acme-blobs',
  config,
  open: () => {
    const kept = new Map<string, { facts: BlobFacts; bytes: Uint8Array[] }>();
    return {
      async put(key, content, { contentType = 'text/plain' }) {
        const bytes: Uint8Array[] = [];
        let size = 0;
        for await (const piece of content) size += bytes[bytes.push(piece) - 1]!.byteLength;
        const facts = { key, size, contentType, etag: `e${size}`, modifiedAt: 1 };
        kept.set(key, { facts, bytes });
        return facts;
      },
      async get(key) {
        const found = kept.get(key);
        if (found === undefined) return undefined;
        async function* content() {
          yield* found!.bytes;
        }
        return { facts: found.facts, content: content() };
      },
      head: async (key) => kept.get(key)?.facts,
      async remove(key) {
        kept.delete(key);
      },
      async *list(prefix) {
        for (const key of [...kept.keys()].sort()) if (key.startsWith(prefix)) yield kept.get(key)!.facts;
      },
    };
  },
});

const bus = defineEventBus({
  ...described,
  name: 'acme-bus',
  config,
  open: () => {
    const kept: BusMessage[] = [];
    return {
      async publish(messages) {
        kept.push(...messages);
      },
      async consume({ topics }, handle, signal) {
        for (const [at, message] of kept.entries()) {
          if (!topics.includes(message.topic)) continue;
          const delivered = { ...message, position: String(at), at: 1, attempt: 1 };
          await handle(delivered).catch(() => handle({ ...delivered, attempt: 2 }));
        }
        if (!signal.aborted) await new Promise((done) => signal.addEventListener('abort', done, { once: true }));
      },
    };
  },
});

const engine = defineEngine({
  ...described,
  name: 'acme-engine',
  config,
  async open({ host, signal }) {
    const states = new Map<string, unknown>();
    return {
      async start({ runId, definition, started }) {
        const { compile, newState, reduce } = host.scheduler;
        const state = newState();
        const commands = reduce(compile(definition), state, started);
        await host.record(runId, 1, started);
        for (const command of commands)
          for (const next of await host.perform(runId, command, signal)) await host.record(runId, 2, next);
        states.set(runId, state);
      },
      async signal(runId, told) {
        await host.record(runId, 3, { ...told, state: states.get(runId) });
      },
      status: async (runId) => (states.has(runId) ? { state: 'running' } : undefined),
    };
  },
});

const decider = defineDecisionPoint({
  ...described,
  name: 'acme-decider',
  config,
  open: () => ({
    async decide({ subject, action }) {
      return { effect: subject.roles.includes(action) ? 'permit' : 'deny', because: [`${subject.id} asked`] };
    },
    async check() {
      throw raise.ACME_SHUT({ door: 'check' });
    },
  }),
});

const llm = defineLlmProvider({
  ...described,
  name: 'acme-llm',
  config,
  open: ({ log }) => ({
    models: async () => [{ id: 'm', title: 'M', contextTokens: 9, maxOutputTokens: 9, can: ['chat'] }],
    async *generate({ model, messages, signal }) {
      try {
        const [image] = messages[0]!.content;
        if (image?.type === 'image') yield { type: 'text', text: `${image.data.byteLength} bytes` };
        for (let n = 0; n < 3; n += 1) yield { type: 'text', text: `${model} ${n}` };
        if (model === 'endless') await new Promise((done) => signal.addEventListener('abort', done, { once: true }));
        yield { type: 'end', reason: 'stop', usage: { inputTokens: 1, outputTokens: 3 }, model };
      } finally {
        log.info('the answer is over');
      }
    },
  }),
});

const discovery = defineServiceDiscovery({
  ...described,
  name: 'acme-discovery',
  config,
  open: () => ({
    resolve: async ({ service }) => [{ id: service, host: 'a.test', port: 80 }],
    async *watch({ service }, signal) {
      for (let port = 1; !signal.aborted; port += 1) yield [{ id: service, host: 'a.test', port }];
    },
  }),
});

export default definePlugin({
  id: 'acme',
  config,
  uses: ['kv'],
  contributes: [
    poll,
    hook,
    stream,
    echo,
    through,
    chat,
    vault,
    blobs,
    bus,
    engine,
    decider,
    llm,
    discovery,
    defineTemplate({ name: 'tools.acme.template', file: './template.yaml' }),
    defineOAuthProvider({
      ...described,
      name: 'acme',
      grants: ['client_credentials'],
      endpoints: { token: 'https://acme.test/token' },
      scopes: { known: {}, default: [] },
      sendTokenTo: ['acme.test'],
    }),
    defineConsolePage({ name: 'board', title: 'Board', file: 'pages/index.html', scope: 'acme:all' }),
    defineEntity({ name: 'ticket', columns: { id: { type: 'integer', primary: true } } }),
    defineMigration({ name: '0001_ticket', up: ['CREATE TABLE ticket (id integer PRIMARY KEY)'] }),
  ],
  provides: {
    year: defineMethod({
      summary: 'Of a date.',
      input: z.object({ on: z.coerce.date() }),
      output: z.object({ year: z.number() }),
      run: ({ input: { on } }) => ({ year: on.getUTCFullYear() }),
    }),
  },
  async start({ config: { since }, kv, defer }) {
    await kv.set('started', since.getUTCFullYear());
    defer(() => kv.set('stopped', true));
  },
});
