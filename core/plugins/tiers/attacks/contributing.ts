import type { PluginParts } from '../tier-home.fixture.ts';

/** A plugin whose contribution other than an action is hostile. */
export interface ContributingAttack extends PluginParts {
  readonly name: string;
  /** What it contributes, as code: `defineNotifier({ … })`. `#` stands for a number that no other has. */
  readonly brings: string;
  /** Key and name in the manifest. */
  readonly index: readonly [key: string, name: string];
  /** Nothing else may run in its process. */
  readonly alone?: true;
  /** How the host is led to use it, and what then comes of it. */
  readonly use: 'open' | 'stream' | 'discover' | 'generate' | 'route';
  readonly codes: readonly string[];
  /** Its process must be gone afterwards. */
  readonly lost?: boolean;
}

const described = `title: 'T', summary: 'S', config: z.object({})`;
const discovery = (open: string) => ({
  brings: `defineServiceDiscovery({ ${described}, name: 'acme-#', open: ${open} })`,
  index: ['serviceDiscoveries', 'acme-#'] as const,
});
const resolving = (resolve: string) => discovery(`() => ({ resolve: ${resolve} })`);
const provider = (generate: string) => ({
  brings: `defineLlmProvider({ ${described}, name: 'acme-#', open: () => ({ models: async () => [], generate: ${generate} }) })`,
  index: ['llmProviders', 'acme-#'] as const,
});
const route = (handle: string) => ({
  brings: `defineRoute({ title: 'T', summary: 'S', method: 'GET', path: '/a#', access: { scope: 'acme:a' }, timeoutMs: 500, handle: ${handle} })`,
  index: ['routes', 'GET /a#'] as const,
  use: 'route' as const,
});
const stream = (open: string) => ({
  brings: `defineTrigger({ title: 'T', summary: 'S', mode: 'stream', name: 'tools.acme.listen_#', input: z.object({}), event: z.any(), sample: 1, dedupeKey: String, open: ${open} })`,
  index: ['triggers', 'tools.acme.listen_#'] as const,
  use: 'stream' as const,
});

/** One frame on the pipe to the host, past everything of the SDK. */
const SAY = `import { writeSync } from 'node:fs';
  const say = (message, tail = Buffer.alloc(0)) => {
    const text = Buffer.from(JSON.stringify(message));
    const head = Buffer.alloc(8); head.writeUInt32LE(text.length, 0); head.writeUInt32LE(tail.length, 4);
    writeSync(3, Buffer.concat([head, text, tail]));
  };`;

/** What plugins could do by being anything but an action. */
export const contributing: readonly ContributingAttack[] = [
  {
    name: 'floods events',
    alone: true,
    ...stream(
      `async ({ emit }) => { for (let n = 0; ; n += 1) { emit(n).catch(() => {}); if (n % 100 === 0) await new Promise((done) => setTimeout(done, 1)); } }`,
    ),
    limits: { hostCalls: 500 },
    codes: ['PLUGIN_CALL_CANCELLED'],
  },
  {
    name: 'never gives way while it listens',
    alone: true,
    ...stream(`() => { for (;;); }`),
    limits: { wallMs: 500 },
    codes: ['PLUGIN_HUNG'],
    lost: true,
  },
  {
    name: 'goes on after it was called off',
    use: 'generate',
    ...provider(
      `async function* () { for (;;) { yield { type: 'text', text: 'x' }; await new Promise((done) => setTimeout(done, 1)); } }`,
    ),
    codes: ['PLUGIN_CALL_CANCELLED'],
  },
  {
    name: 'falls silent and does not hear that it was called off',
    use: 'generate',
    ...provider(`async function* () { yield { type: 'text', text: 'x' }; await new Promise(() => {}); }`),
    codes: ['PLUGIN_CALL_CANCELLED'],
  },
  {
    name: 'calls something a stream that is none',
    use: 'generate',
    ...provider(`() => ({ [Symbol.asyncIterator]: 5 })`),
    codes: [''],
  },
  { name: 'never answers a request', ...route(`() => new Promise(() => {})`), codes: ['PLUGIN_ROUTE_TIMEOUT'] },
  {
    name: 'answers with a gigabyte',
    alone: true,
    ...route(`() => ({ body: new Uint8Array(1_000_000_000) })`),
    codes: [
      'PLUGIN_LIMIT_OUTPUT',
      'PLUGIN_LIMIT_MEMORY',
      'PLUGIN_CRASHED',
      'PLUGIN_ROUTE_THREW',
      'PLUGIN_ROUTE_TIMEOUT',
    ],
  },
  {
    name: 'streams a gigabyte in one piece',
    alone: true,
    ...route(`() => ({ content: (async function* () { yield new Uint8Array(1_000_000_000).fill(1); })() })`),
    limits: { memoryMb: 64 },
    codes: ['PLUGIN_LIMIT_MEMORY', 'PLUGIN_CRASHED', 'PLUGIN_ROUTE_THREW', 'PLUGIN_ROUTE_TIMEOUT'],
    lost: true,
  },
  {
    name: 'falls silent within its answer',
    ...route(`() => ({ content: (async function* () { yield new Uint8Array(1); await new Promise(() => {}); })() })`),
    codes: ['PLUGIN_ROUTE_TIMEOUT'],
  },
  {
    name: 'streams what is no bytes',
    ...route(`() => ({ content: (async function* () { yield 'text'; })() })`),
    codes: ['PLUGIN_ROUTE_THREW'],
  },
  { name: 'opens nothing', use: 'open', ...discovery(`() => undefined`), codes: [''] },
  {
    name: 'opens what throws when it is looked at',
    use: 'open',
    ...discovery(`() => ({ get resolve() { throw new Error('no'); } })`),
    codes: [''],
  },
  {
    name: 'gives functions',
    use: 'discover',
    ...resolving(`async () => [{ id() {} }]`),
    codes: ['LANGUAGE_NOT_DATA'],
  },
  {
    name: 'gives getters that throw',
    use: 'discover',
    ...resolving(`async () => [{ get id() { throw new Error('no'); } }]`),
    codes: [''],
  },
  {
    name: 'gives a circle',
    use: 'discover',
    ...resolving(`async () => { const a = []; a.push(a); return a; }`),
    codes: ['LANGUAGE_BUDGET_DEPTH'],
  },
  {
    name: 'gives more than it may',
    alone: true,
    use: 'discover',
    ...resolving(`async () => ['x'.repeat(5000)]`),
    limits: { outputChars: 1000 },
    codes: ['PLUGIN_LIMIT_OUTPUT'],
  },
  {
    name: 'gives what pollutes prototypes',
    alone: true,
    use: 'discover',
    ...resolving(`async () => [JSON.parse('{"__proto__":{"polluted":1}}')]`),
    codes: ['PLUGIN_PROTOCOL', 'LANGUAGE_NOT_DATA'],
  },
  {
    name: 'never opens, whatever it is told',
    alone: true,
    use: 'open',
    ...discovery(`() => { for (;;); }`),
    limits: { wallMs: 500 },
    codes: ['PLUGIN_LIMIT_WALL', 'PLUGIN_HUNG'],
    lost: true,
  },
  {
    name: 'says that bytes stand where nothing is',
    alone: true,
    use: 'discover',
    before: SAY,
    ...resolving(
      `async () => { say({ t: 'done', id: 2, value: [1], places: [[['__proto__', 'x'], 3]] }, Buffer.alloc(3)); await new Promise(() => {}); }`,
    ),
    codes: ['PLUGIN_PROTOCOL'],
    lost: true,
  },
  {
    name: 'gives functions that it never had',
    alone: true,
    use: 'open',
    before: SAY,
    ...discovery(`() => { say({ t: 'done', id: 1, value: [{ ref: 'x', has: 5 }] }); return new Promise(() => {}); }`),
    codes: [''],
  },
  {
    name: 'asks for functions that were handed to nobody',
    alone: true,
    use: 'discover',
    before: SAY,
    ...resolving(
      `async () => { for (const [n, port] of ['ref:1', 'ref:2', 'database', 'deps', '__proto__'].entries()) say({ t: 'host', id: 900 + n, call: 2, port, method: 'call', args: [[1]] }); return ['nothing came of it']; }`,
    ),
    codes: ['nothing came of it'],
  },
];
