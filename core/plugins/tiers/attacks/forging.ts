import type { Attack } from './attack.ts';

/** A frame as the wire has it, written straight to the pipe to the host. */
const FORGE = `import { writeSync } from 'node:fs';
const raw = (text, size = Buffer.byteLength(text), tail = 0) => { const head = Buffer.alloc(8); head.writeUInt32LE(size, 0); head.writeUInt32LE(tail, 4); writeSync(3, Buffer.concat([head, Buffer.from(text)])); };
const forge = (message) => raw(JSON.stringify(message));
const rest = () => new Promise((done) => setTimeout(done, 300));`;

const forgery = (name: string, run: string, more: Partial<Attack> = {}): Attack => ({
  name,
  before: FORGE,
  run,
  codes: ['PLUGIN_PROTOCOL'],
  lost: true,
  ...more,
});

/** Plugins that speak to the host themselves, around their side of the tier. */
export const forging: readonly Attack[] = [
  forgery('says what is no JSON', `async () => { raw('nonsense'); await rest(); }`),
  forgery('says what makes no sense', `async () => { forge({ t: 'grant', everything: true }); await rest(); }`),
  forgery('says null', `async () => { raw('null'); await rest(); }`),
  forgery('answers what nobody asked', `async () => { forge({ t: 'done', id: 77, value: 1 }); await rest(); }`),
  forgery(
    "hands on code for the host's next processes",
    `async () => { raw('{"t":"code"}{"code":{},"targets":{}}', 12, 24); await rest(); }`,
  ),
  forgery('announces a message of four gigabytes', `async () => { raw('x', 0xffffffff, 0xffffffff); await rest(); }`, {
    codes: ['PLUGIN_LIMIT_MESSAGE'],
  }),
  forgery('nests a message a thousand deep', `async () => { raw('['.repeat(5000) + ']'.repeat(5000)); await rest(); }`),
  forgery(
    'sends a key that pollutes',
    `async () => { raw('{"t":"log","call":0,"level":"info","message":"x","fields":{"__proto__":{"polluted":1}}}'); await rest(); }`,
  ),
  forgery("uses Node's internal messages", `async () => { raw('{"cmd":"NODE_HANDLE_ACK"}'); await rest(); }`),
  forgery(
    'describes itself a second time',
    `async () => { forge({ t: 'loaded', plugin: { actions: [] } }); return 'done'; }`,
    { codes: [], result: 'done', lost: false },
  ),
  forgery(
    'asks for a port that it has not',
    `async () => { forge({ t: 'host', id: 5, call: 1, port: 'kv', method: 'get', args: ['a'] }); await rest(); return 'done'; }`,
    { codes: [], result: 'done', lost: false },
  ),
  forgery(
    'asks for a member of every object',
    `async () => { forge({ t: 'host', id: 5, call: 1, port: 'constructor', method: 'constructor', args: ['a'] }); await rest(); return 'done'; }`,
    { codes: [], result: 'done', lost: false },
  ),
  forgery(
    'asks twice under one number',
    `async () => { for (let n = 0; n < 3; n += 1) forge({ t: 'host', id: 5, call: 1, port: 'http', method: 'send', args: [{ url: 'http://127.0.0.1:1/' }], size: 300000 }); await rest(); }`,
    { spec: `uses: ['http'],` },
  ),
  forgery(
    'asks for other calls',
    `async () => { forge({ t: 'host', id: 5, call: 4711, port: 'http', method: 'send', args: [] }); await rest(); return 'done'; }`,
    { codes: [], result: 'done', lost: false },
  ),
  forgery(
    'promises bodies without end',
    `async () => { for (let id = 5; id < 40; id += 1) forge({ t: 'host', id, call: 1, port: 'http', method: 'send', args: [{ url: 'http://127.0.0.1:1/' }], size: 100000000 }); await rest(); }`,
    { spec: `uses: ['http'],`, codes: ['PLUGIN_LIMIT_MESSAGE'] },
  ),
  forgery(
    'sends pieces of nothing without end',
    `async () => { for (let n = 0; n < 30_000; n += 1) try { forge({ t: 'chunk', id: 5 }); } catch { await rest(); } await rest(); }`,
    { codes: ['PLUGIN_PROTOCOL', 'PLUGIN_LIMIT_WALL', 'PLUGIN_LIMIT_MESSAGE'], limits: { wallMs: 10_000 } },
  ),
  forgery(
    'answers its own call with what it did not promise',
    `async () => { forge({ t: 'done', id: 1, value: 'forged' }); await rest(); return { ok: true }; }`,
    { spec: 'output: z.object({ ok: z.boolean() }),', codes: ['PLUGIN_OUTPUT_INVALID'], lost: false },
  ),
  forgery(
    'fails with a code that is none',
    `async () => { forge({ t: 'failed', id: 1, error: { kind: 'coded', record: { code: '../x', message: 'x' } } }); await rest(); }`,
  ),
  forgery(
    'closes the pipe',
    `async () => { const { closeSync } = await import('node:fs'); closeSync(3); await rest(); return 'done'; }`,
    { codes: ['PLUGIN_CRASHED', 'PLUGIN_LIMIT_WALL'], limits: { wallMs: 1000 } },
  ),
];
