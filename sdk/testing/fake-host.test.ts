import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BackplaneError,
  type Contribution,
  defineAction,
  defineErrors,
  definePlugin,
  dependency,
} from '@backplane/sdk';
import { fakeHost, recordedHttp, replyHttp, testClock } from '@backplane/sdk/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

const base = { title: 'Act', summary: 'Acts.', effect: 'read', idempotent: 'always' } as const;
const manifest = {
  capabilities: {
    network: [{ host: 'api.acme.test', methods: ['GET'], why: 'reads' }],
    kv: { why: 'remembers' },
    secrets: { why: 'logs in' },
  },
};

const fetchIt = defineAction({
  ...base,
  name: 'tools.acme.fetch',
  input: z.object({ url: z.url(), method: z.string().default('GET') }),
  output: z.object({ status: z.number() }),
  uses: ['http'],
  async run({ input, http }) {
    const { status } = await http.send(input);
    return { status };
  },
});

const plugin = (...contributes: Contribution[]) => definePlugin({ id: 'acme', contributes });
const code = (work: Promise<unknown>) =>
  work.then(String, (error) => (BackplaneError.is(error) ? error.code : String(error)));

describe('a host for one plugin', () => {
  test('arguments are checked before an action runs, and its result after', async () => {
    const lies = defineAction({
      ...base,
      name: 'tools.acme.lie',
      input: z.object({}),
      output: z.string(),
      run: () => 5 as never,
    });
    await using host = await fakeHost({ plugin: plugin(fetchIt, lies), http: replyHttp(() => ({ status: 204 })) });
    expect(await host.run('tools.acme.fetch', { url: 'https://api.acme.test' })).toEqual({ status: 204 });
    expect(await code(host.run('tools.acme.fetch', { url: 5 }))).toBe('INPUT_INVALID');
    expect(await code(host.run('tools.acme.lie'))).toBe('PLUGIN_OUTPUT_INVALID');
  });

  test('what the manifest does not ask for is refused and remembered', async () => {
    await using host = await fakeHost({ plugin: plugin(fetchIt), manifest, http: replyHttp(() => ({})) });
    expect(await code(host.run('tools.acme.fetch', { url: 'https://evil.test/x' }))).toBe('PLUGIN_NETWORK_REFUSED');
    expect(await code(host.run('tools.acme.fetch', { url: 'https://api.acme.test', method: 'post' }))).toBe(
      'PLUGIN_NETWORK_REFUSED',
    );
    await host.run('tools.acme.fetch', { url: 'https://api.acme.test' });
    expect(host.undeclaredCalls()).toEqual(['GET https://evil.test/x', 'POST https://api.acme.test']);
  });

  test('a plugin that uses what its manifest does not name does not come up', async () => {
    await expect(fakeHost({ plugin: plugin(fetchIt), manifest: {} })).rejects.toThrow('needs the capability `network`');
  });

  test('a port that the test does not hand over says so', async () => {
    await using host = await fakeHost({ plugin: plugin(fetchIt) });
    expect(await code(host.run('tools.acme.fetch', { url: 'https://api.acme.test' }))).toBe('PLUGIN_PORT_UNAVAILABLE');
  });

  test('members that are not declared are not there at run time', async () => {
    const look = defineAction({
      ...base,
      name: 'tools.acme.look',
      input: z.object({}),
      run: (call) => Object.keys(call),
    });
    await using host = await fakeHost({
      plugin: plugin(look),
      http: replyHttp(() => ({})),
      secrets: { a: { K: 'v' } },
    });
    expect(await host.run('tools.acme.look')).toEqual(['input', 'run', 'signal', 'log', 'progress']);
  });

  test('secrets that get out are found in logs, errors and outputs, however they are encoded', async () => {
    const leak = defineAction({
      ...base,
      name: 'tools.acme.leak',
      input: z.object({ how: z.string() }),
      uses: ['secrets'],
      secrets: [
        { type: 'custom', name: 'acme', keys: ['TOKEN'], optionalKeys: [], optional: false, secretType: 'custom' },
      ],
      run({ input, secrets, log }) {
        const token = secrets['acme']!['TOKEN']!;
        if (input.how === 'log') log.info('sending', { url: `https://a.test?t=${encodeURIComponent(token)}` });
        if (input.how === 'throw') throw new Error(`bad token ${token}`);
        return input.how === 'return' ? Buffer.from(token).toString('base64') : 'fine';
      },
    });
    const leaks = async (how: string) => {
      await using host = await fakeHost({ plugin: plugin(leak), secrets: { acme: { TOKEN: 's3cr3t/+ value' } } });
      await host.run('tools.acme.leak', { how }).catch(() => undefined);
      return host.leakedSecrets();
    };
    expect(await leaks('nothing')).toEqual([]);
    expect(await leaks('log')).toEqual(['a log line (info)']);
    expect(await leaks('throw')).toEqual(['an error of tools.acme.leak']);
    expect(await leaks('return')).toEqual(['the result of tools.acme.leak']);
    await using without = await fakeHost({ plugin: plugin(leak) });
    expect(await code(without.run('tools.acme.leak', { how: 'x' }))).toBe('ACTION_SECRET_MISSING');
  });

  test('errors that the plugin names pass, others are put down to it', async () => {
    const raise = defineErrors({
      ACME_BUSY: { status: 503, blame: 'upstream', retry: 'later', message: () => 'Busy.', remedy: 'Wait.' },
    });
    const fail = defineAction({
      ...base,
      name: 'tools.acme.fail',
      input: z.object({ coded: z.boolean() }),
      run({ input }): never {
        throw input.coded ? raise.ACME_BUSY({} as never) : new Error('oops');
      },
    });
    await using host = await fakeHost({ plugin: plugin(fail) });
    expect(await code(host.run('tools.acme.fail', { coded: true }))).toBe('ACME_BUSY');
    expect(await code(host.run('tools.acme.fail', { coded: false }))).toBe('PLUGIN_ACTION_THREW');
  });

  test('an action that does not end is abandoned', async () => {
    const hang = defineAction({
      ...base,
      name: 'tools.acme.hang',
      input: z.object({}),
      run: () => new Promise(() => undefined),
    });
    await using host = await fakeHost({ plugin: plugin(hang) });
    expect(await code(host.run('tools.acme.hang', {}, { timeoutMs: 20 }))).toBe('PLUGIN_LIMIT_WALL');
  });

  test('values of the key-value store grow old by the clock of the test', async () => {
    const once = defineAction({
      ...base,
      name: 'tools.acme.once',
      input: z.object({}),
      uses: ['kv'],
      run: async ({ kv }) => await kv.setIfAbsent('k', 1, { ttlMs: 1000 }),
    });
    const clock = testClock();
    await using host = await fakeHost({ plugin: plugin(once), manifest, clock });
    expect([await host.run('tools.acme.once'), await host.run('tools.acme.once')]).toEqual([true, false]);
    clock.advance(1001);
    expect(await host.run('tools.acme.once')).toBe(true);
  });

  test('start gets its configuration and ports, other plugins are called through deps, and clean-ups run when it ends', async () => {
    const seen: unknown[] = [];
    const ask = defineAction({
      ...base,
      name: 'tools.acme.ask',
      input: z.object({}),
      deps: {
        json: dependency<{
          provides: { parse: { summary: string; input: z.ZodString; output: z.ZodUnknown; run(): unknown } };
        }>('json-tools'),
      },
      run: ({ deps }) => deps.json.parse('[1]'),
    });
    const whole = definePlugin({
      id: 'acme',
      contributes: [ask],
      config: z.object({ retries: z.number().default(3) }),
      uses: ['kv'],
      async start({ config, kv, defer }) {
        await kv.set('a', 1);
        seen.push(config, await kv.get('a'));
        defer(() => void seen.push('first in'));
        defer(() => void seen.push('last in'));
      },
    });
    const host = await fakeHost({
      plugin: whole,
      deps: { 'json-tools': { parse: async (text: string) => JSON.parse(text) } },
    });
    expect(await host.run('tools.acme.ask')).toEqual([1]);
    await host[Symbol.asyncDispose]();
    expect(seen).toEqual([{ retries: 3 }, 1, 'last in', 'first in']);
    expect(await code(fakeHost({ plugin: whole, config: { retries: 'x' } }))).toBe('PLUGIN_CONFIG_INVALID');
  });
});

test('recorded exchanges answer again without a network, and hold no secret', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cassette-'));
  try {
    const file = join(folder, 'a', 'b.json');
    let calls = 0;
    const real = replyHttp((request) => {
      calls += 1;
      return { headers: { 'set-cookie': 'sid=s3cr3t-token' }, body: { echoed: 's3cr3t-token', url: request.url } };
    });
    const request = {
      url: 'https://a.test/?key=s3cr3t-token',
      method: 'POST',
      body: '{"t":"s3cr3t-token"}',
      headers: { authorization: 'Bearer s3cr3t-token' },
    };
    await recordedHttp(file, { record: real, secrets: ['s3cr3t-token'] }).send(request);
    expect(readFileSync(file, 'utf8')).not.toContain('s3cr3t');
    const replay = recordedHttp(file, { secrets: ['s3cr3t-token'] });
    const reply = await replay.send(request);
    expect(JSON.parse(Buffer.from(reply.body).toString())).toEqual({ echoed: '***', url: 'https://a.test/?key=***' });
    expect(calls).toBe(1);
    await expect(replay.send({ url: 'https://a.test/other' })).rejects.toThrow(
      'holds no exchange GET https://a.test/other',
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
