import { Float, type Gateway } from '@backplane/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve } from '../../network/local-server.fixture.ts';
import { createTiers } from './create-tiers.ts';
import type { Tier, TierName } from './tier.ts';
import { ALL_GRANTED, loadPlugin, logInto } from './tier-home.fixture.ts';

/** What holds wherever a plugin runs: the same code, the same answers, the same errors. */
export function tierContract(name: TierName): void {
  describe(`the tier ${name}`, () => {
    let tier: Tier;
    beforeAll(() => {
      tier = createTiers({ log: logInto([]), onFault() {} })[name];
    });
    afterAll(() => tier[Symbol.asyncDispose]());

    test('calls an action, its input converted and its result checked', async () => {
      await using plugin = await loadPlugin(tier, {
        spec: 'input: z.object({ count: z.coerce.number().default(2) }), output: z.object({ doubled: z.number() }),',
        run: '({ input, run }) => ({ doubled: input.count * 2, dropped: run.id })',
      });
      expect(await plugin.call({ args: { count: '21' } })).toEqual({ doubled: 42 });
      expect(await plugin.call()).toEqual({ doubled: 4 });
    });

    test('refuses wrong input with every problem', async () => {
      await using plugin = await loadPlugin(tier, { spec: 'input: z.object({ name: z.string(), age: z.number() }),' });
      await expect(plugin.call({ args: { age: 'old' } })).rejects.toMatchObject({
        code: 'INPUT_INVALID',
        message: expect.stringMatching(/name[\s\S]*age/),
      });
    });

    test('refuses a result that was not promised', async () => {
      await using plugin = await loadPlugin(tier, {
        spec: 'output: z.object({ ok: z.boolean() }),',
        run: '() => ({ ok: 1 })',
      });
      await expect(plugin.call()).rejects.toMatchObject({ code: 'PLUGIN_OUTPUT_INVALID' });
    });

    test('passes coded errors of the plugin on, and gives a code to all others', async () => {
      await using plugin = await loadPlugin(tier, {
        before: `import { defineErrors } from '@backplane/sdk';
          const raise = defineErrors({ ACME_FULL: { status: 409, blame: 'upstream', retry: 'later', message: (d) => 'full: ' + d.n, remedy: 'wait' } });`,
        run: `({ input }) => { if (input.name === 'coded') throw raise.ACME_FULL({ n: 3 }, { details: { n: 3 }, retryAfterMs: 50 }); throw new TypeError('plain'); }`,
      });
      await expect(plugin.call({ args: { name: 'coded' } })).rejects.toMatchObject({
        code: 'ACME_FULL',
        message: 'full: 3',
        facts: { status: 409, blame: 'upstream', retry: 'later', remedy: 'wait', details: { n: 3 }, retryAfterMs: 50 },
      });
      await expect(plugin.call()).rejects.toMatchObject({
        code: 'PLUGIN_ACTION_THREW',
        message: '`tools.acme.act` of the plugin `acme` failed: plain',
      });
    });

    test('ends with its caller', async () => {
      await using plugin = await loadPlugin(tier, {
        run: `({ signal, log }) => new Promise((_, reject) => { log.info('waiting'); signal.addEventListener('abort', () => reject(new Error('gave up: ' + signal.aborted))); })`,
      });
      const lines: string[] = [];
      const caller = new AbortController();
      const call = plugin.call({ signal: caller.signal, log: logInto(lines) });
      await expect.poll(() => lines).toEqual(['info waiting']);
      caller.abort(new Error('enough'));
      await expect(call).rejects.toMatchObject({
        code: 'PLUGIN_ACTION_THREW',
        message: expect.stringContaining('gave up: true'),
      });
    });

    test('logs and tells its progress', async () => {
      await using plugin = await loadPlugin(tier, {
        run: `({ log, progress }) => { log.warn('careful', { n: 1 }); progress('half', 0.5); return null; }`,
      });
      const lines: string[] = [];
      await plugin.call({ log: logInto(lines) });
      expect(lines).toEqual(['warn careful {"n":1}', 'info half {"action":"tools.acme.act","fraction":0.5}']);
    });

    test('has the ports that are declared and granted, and no others', async () => {
      const parts = {
        spec: `uses: ['http', 'kv'],`,
        run: '(call) => [typeof call.http, typeof call.kv, typeof call.workflows, typeof call.secrets]',
      };
      await using granted = await loadPlugin(tier, parts);
      expect(await granted.call()).toEqual(['object', 'object', 'undefined', 'undefined']);
      const { network: _taken, ...narrower } = ALL_GRANTED;
      await using narrowed = await loadPlugin(tier, { ...parts, id: 'narrow', granted: narrower });
      expect(await narrowed.call()).toEqual(['undefined', 'object', 'undefined', 'undefined']);
    });

    test('keeps numbers exact', async () => {
      await using plugin = await loadPlugin(tier, {
        before: `import { Float } from '@backplane/sdk';`,
        spec: 'input: z.object({ big: z.any(), whole: z.any() }), exactNumbers: true,',
        run: '({ input }) => [typeof input.big, input.big + 1n, Float.is(input.whole), input.whole, new Float(3)]',
      });
      const result = await plugin.call({ args: { big: 9007199254740993n, whole: new Float(2) } });
      expect(result).toEqual(['bigint', 9007199254740994n, true, new Float(2), new Float(3)]);
    });

    test('carries large values both ways', async () => {
      await using plugin = await loadPlugin(tier, {
        run: '({ input }) => ({ text: input.name, length: input.name.length })',
      });
      const text = 'grüße '.repeat(400_000);
      expect(await plugin.call({ args: { name: text } })).toEqual({ text, length: text.length });
    });

    test('sends requests with large bodies both ways', async () => {
      await using server = await serve((request, response) => void request.pipe(response));
      await using plugin = await loadPlugin(tier, {
        spec: `uses: ['http'], input: z.object({ url: z.string() }),`,
        granted: { network: [{ host: '*', why: 'test' }] },
        run: `async ({ http, input }) => {
          const body = new Uint8Array(3_000_001).map((_, at) => at % 251);
          const reply = await http.send({ url: input.url, method: 'POST', body });
          const small = await http.send({ url: input.url, method: 'POST', body: 'text' });
          return [reply.status, reply.body.length, reply.body.every((byte, at) => byte === at % 251), new TextDecoder().decode(small.body)];
        }`,
      });
      expect(await plugin.call({ args: { url: server.url } })).toEqual([200, 3_000_001, true, 'text']);
    });

    test('sends a form as a form', async () => {
      await using server = await serve((request, response) => {
        response.setHeader('x-type', request.headers['content-type'] ?? '');
        request.pipe(response);
      });
      await using plugin = await loadPlugin(tier, {
        spec: `uses: ['http'], input: z.object({ url: z.string() }),`,
        granted: { network: [{ host: '*', why: 'test' }] },
        run: `async ({ http, input }) => {
          const body = new URLSearchParams({ name: 'Ada & Co' });
          const { headers, body: sent } = await http.send({ url: input.url, method: 'POST', body });
          return headers['x-type'].split(';')[0] + ' ' + new TextDecoder().decode(sent);
        }`,
      });
      const sent = await plugin.call({ args: { url: server.url } });
      expect(sent).toBe('application/x-www-form-urlencoded name=Ada+%26+Co');
    });

    test('reaches granted hosts with granted methods only, redirects included', async () => {
      await using server = await serve((request, response) =>
        request.url === '/away'
          ? response.writeHead(302, { location: `http://localhost:${server.port}/` }).end()
          : response.end('here'),
      );
      const host = `127.0.0.1:${server.port}`;
      await using plugin = await loadPlugin(tier, {
        spec: `uses: ['http'], input: z.object({ request: z.any() }),`,
        granted: { network: [{ host, methods: ['GET'], why: 'test' }] },
        run: 'async ({ http, input }) => new TextDecoder().decode((await http.send(input.request)).body)',
      });
      const send = (request: object) => plugin.call({ args: { request } });
      expect(await send({ url: server.url })).toBe('here');
      const refused = { code: 'PLUGIN_NETWORK_REFUSED' };
      await expect(send({ url: server.url, method: 'POST' })).rejects.toMatchObject(refused);
      await expect(send({ url: `http://localhost:${server.port}/` })).rejects.toMatchObject(refused);
      await expect(send({ url: `${server.url}/away`, followRedirects: true })).rejects.toMatchObject(refused);
    });

    test('asks the services behind the gateway, with bodies both ways', async () => {
      await using plugin = await loadPlugin(tier, {
        spec: `uses: ['gateway'],`,
        run: `async ({ gateway }) => {
          const { status, headers, body } = await gateway.request({ upstream: 'orders', path: '/x', method: 'PUT', body: 'text' });
          return [status, headers.a, new TextDecoder().decode(body)];
        }`,
      });
      const gateway: Gateway = {
        async request({ upstream, method, path, body }) {
          const sent = typeof body === 'string' ? body : new TextDecoder().decode(body);
          const text = [upstream, method, path, sent].join(' ');
          return { status: 201, headers: { a: 'b' }, body: new TextEncoder().encode(text) };
        },
      };
      expect(await plugin.call({ gateway })).toEqual([201, 'b', 'orders PUT /x text']);
    });

    test('stores small things', async () => {
      await using plugin = await loadPlugin(tier, {
        spec: `uses: ['kv'],`,
        run: `async ({ kv }) => { await kv.set('a', { n: 1 }); return [await kv.get('a'), await kv.setIfAbsent('a', 2), (await kv.get('b')) === undefined]; }`,
      });
      expect(await plugin.call()).toEqual([{ n: 1 }, false, true]);
    });

    test('hands out declared secrets, and errors of ports keep their code', async () => {
      await using plugin = await loadPlugin(tier, {
        spec: `uses: ['secrets', 'http'], secrets: [{ type: 'custom', name: 'acme', keys: ['KEY'], optionalKeys: [], optional: false, secretType: 'custom' }],`,
        run: `async ({ secrets, http }) => { try { await http.send({ url: 'nonsense' }) } catch (error) { return [secrets.acme.KEY, error.code] } }`,
      });
      expect(await plugin.call({ secrets: { acme: { KEY: 'v', OTHER: 'w' } } })).toEqual([
        'v',
        'HTTP_PORT_URL_INVALID',
      ]);
    });

    test('computes with the expression language', async () => {
      await using plugin = await loadPlugin(tier, {
        spec: `uses: ['expressions'],`,
        run: `({ expressions }) => [expressions.lambda('lambda x: x["id"] > 3')({ id: 4 }), expressions.jsonpath('$.a[*]', { a: [1, 2] }), expressions.isTruthy([])]`,
      });
      expect(await plugin.call()).toEqual([true, [1, 2], false]);
    });

    test('starts with its configuration, and stops in the reverse order', async () => {
      await using plugin = await loadPlugin(tier, {
        config: { url: 'https://a.test' },
        plugin: `config: z.object({ url: z.string().transform((text) => new URL(text)) }),
          start({ config, log, defer, signal }) { log.info('host ' + config.url.hostname); defer(() => log.info('first')); defer(() => { throw new Error('broken') }); defer(() => log.info('second ' + signal.aborted)); },`,
      });
      const lines: string[] = [];
      const stopping = new AbortController();
      const stop = await plugin.start({ log: logInto(lines), signal: stopping.signal });
      expect(lines).toEqual(['info host a.test']);
      stopping.abort();
      await stop();
      await expect.poll(() => lines).toEqual(['info host a.test', 'info second true', 'info first']);
    });

    test('refuses a configuration that the plugin does not take', async () => {
      await using plugin = await loadPlugin(tier, {
        config: { url: 5 },
        plugin: 'config: z.object({ url: z.string() }), start() {},',
      });
      await expect(plugin.start()).rejects.toMatchObject({
        code: 'PLUGIN_CONFIG_INVALID',
        message: expect.stringContaining('url'),
      });
    });

    test('imports files of its own folder', async () => {
      await using plugin = await loadPlugin(tier, {
        before: `import { word } from './lib/word.ts';`,
        run: '() => word',
        files: { 'lib/word.ts': `export const word: string = 'found';` },
      });
      expect(await plugin.call()).toBe('found');
    });

    test.each([
      ['what is no plugin', 'export default 5', 'PLUGIN_EXPORT_INVALID'],
      ['what throws', `throw new Error('at once')`, 'PLUGIN_LOAD_FAILED'],
      ['what cannot be parsed', 'export default {', 'PLUGIN_LOAD_FAILED'],
    ])('refuses an entry: %s', async (_what, code, expected) => {
      await expect(loadPlugin(tier, { code })).rejects.toMatchObject({ code: expected });
    });

    test('refuses a plugin whose manifest lists what it does not have', async () => {
      const contributes = { actions: ['tools.acme.act', 'tools.acme.other'] };
      await expect(loadPlugin(tier, { manifest: { contributes } })).rejects.toMatchObject({
        code: 'PLUGIN_INDEX_DRIFT',
      });
    });

    test('waits for one timer after the other', async () => {
      await using plugin = await loadPlugin(tier, {
        run: `async () => { for (let n = 0; n < 5; n += 1) await new Promise((done) => setTimeout(done, 1)); return 'waited'; }`,
      });
      expect(await plugin.call()).toBe('waited');
    });

    test('says that it lives', async () => {
      await using plugin = await loadPlugin(tier);
      await plugin.instance.ping(AbortSignal.timeout(5000));
    });

    test('answers many calls at once', async () => {
      await using plugin = await loadPlugin(tier, { run: `async ({ input }) => { await null; return input.name; }` });
      const names = Array.from({ length: 500 }, (_, at) => `n${at}`);
      expect(await Promise.all(names.map((name) => plugin.call({ args: { name } })))).toEqual(names);
    });
  });
}
