import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve } from '../../network/local-server.fixture.ts';
import type { Attack } from './attacks/attack.ts';
import { forging } from './attacks/forging.ts';
import { insideIsolate } from './attacks/inside-isolate.ts';
import { misbehaving } from './attacks/misbehaving.ts';
import { reachingOut } from './attacks/reaching-out.ts';
import { createTiers } from './create-tiers.ts';
import { createRemoteTier } from './remote/remote-tier.ts';
import type { Tier } from './tier.ts';
import { type LoadedPlugin, loadPlugin, logInto } from './tier-home.fixture.ts';

/** Beyond its limits an attack may take: the host's patience, a busy machine. */
const SLACK_MS = 20_000;

let tier: Tier;
let isolate: Tier;
let neighbour: LoadedPlugin;
/** Those that only try to reach something leave their process as it was: they have one in common. */
let together: LoadedPlugin;
const faults: string[] = [];
const seen = new Set<string>();
beforeAll(async () => {
  const tiers = createTiers({ log: logInto([]), onFault: (id, problem) => faults.push(`${id}: ${problem}`) });
  tier = tiers.process;
  isolate = tiers.isolate;
  neighbour = await loadPlugin(tier, { id: 'neighbour', run: '({ input }) => input.name' });
  const tries = reachingOut.filter(isGentle).map(({ name, run }) => `${JSON.stringify(name)}: ${run}`);
  together = await loadPlugin(tier, { run: `(call) => ({ ${tries.join(',\n')} })[call.input.name](call)` });
});
afterAll(async () => {
  await neighbour[Symbol.asyncDispose]();
  await together[Symbol.asyncDispose]();
  await tier[Symbol.asyncDispose]();
  await isolate[Symbol.asyncDispose]();
});

const isGentle = (attack: Attack) =>
  Object.keys(attack).every((part) => ['name', 'run', 'codes', 'result'].includes(part)) && !attack.codes?.length;

function stillThere(): Promise<string> {
  return new Promise((resolve) => setTimeout(resolve, 10_000, 'it is still there').unref());
}

/** How the attack ended, and why its process did if it did. */
async function endOf(attack: Attack, where: Tier): Promise<{ code?: string; result?: unknown; lost?: string }> {
  if (reachingOut.includes(attack) && isGentle(attack))
    return { result: await together.call({ args: { name: attack.name } }) };
  const signal = AbortSignal.timeout(attack.loadMs ?? 30_000);
  const plugin = await loadPlugin(where, { ...attack, signal }).catch((error: { code: string }) => error.code);
  if (typeof plugin === 'string') return { code: plugin };
  await using loaded = plugin;
  const end = await loaded.call({ args: attack.args ?? {} }).then(
    (result) => ({ result }),
    (error: { code: string }) => ({ code: error.code }),
  );
  return attack.lost === true ? { ...end, lost: await Promise.race([loaded.instance.lost, stillThere()]) } : end;
}

for (const [category, attacks] of Object.entries({ reachingOut, misbehaving, forging, insideIsolate })) {
  describe(category, () => {
    for (const attack of attacks) {
      test(`a plugin that ${attack.name} is contained, and its neighbour goes on`, async () => {
        const begun = performance.now();
        const end = await endOf(attack, attacks === insideIsolate ? isolate : tier);
        expect(performance.now() - begun).toBeLessThan(SLACK_MS);
        if (end.code !== undefined) seen.add(end.code);
        if (end.code !== undefined) expect(attack.codes ?? []).toContain(end.code);
        else expect(end.result).toEqual(attack.result ?? null);
        if (attack.lost) expect(end.lost).toMatch(/acme/);
        expect(await neighbour.call({ args: { name: 'here' } })).toBe('here');
        expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
        expect(existsSync('/tmp/owned-by-a-plugin.db')).toBe(false);
      });
    }
  });
}

test('a plugin that throws when started does not start', async () => {
  await using plugin = await loadPlugin(tier, { plugin: `start() { throw new Error('no start'); },` });
  await expect(plugin.start()).rejects.toThrow('no start');
});

test('a plugin that never starts ends with the patience of its host', async () => {
  await using plugin = await loadPlugin(tier, { plugin: 'start() { for (;;); },' });
  const stopping = AbortSignal.timeout(500);
  await expect(plugin.start({ signal: stopping })).rejects.toMatchObject({ code: 'PLUGIN_START_TIMEOUT' });
  await expect(plugin.instance.ping(AbortSignal.timeout(300))).rejects.toMatchObject({ code: 'PLUGIN_HUNG' });
});

test('timers that a plugin leaves behind can do nothing for calls that are over', async () => {
  let hits = 0;
  await using server = await serve((_request, response) => {
    hits += 1;
    response.end();
  });
  const plugin = await loadPlugin(tier, {
    spec: `uses: ['http'], input: z.object({ url: z.string() }),`,
    run: `async ({ http, input }) => { await http.send({ url: input.url }); setInterval(() => http.send({ url: input.url }).catch(() => {}), 5); }`,
  });
  await plugin.call({ args: { url: server.url } });
  for (let turn = 0; turn < 20; turn += 1) await plugin.instance.ping(AbortSignal.timeout(5000));
  await plugin[Symbol.asyncDispose]();
  expect(hits).toBe(1);
});

test.each(['process', 'isolate'] as const)('a fault outside any call is told: %s', async (name) => {
  const problem = `late in the tier ${name}`;
  const run = `() => { setTimeout(() => { throw new Error('${problem}'); }, 1); return 'done'; }`;
  await using plugin = await loadPlugin(name === 'process' ? tier : isolate, { run });
  expect(await plugin.call({})).toBe('done');
  await expect.poll(() => faults, { timeout: SLACK_MS }).toContain(`acme: ${problem}`);
});

test.each([
  'PLUGIN_CRASHED',
  'PLUGIN_IMPORT_REFUSED',
  'PLUGIN_LIMIT_HOST_CALLS',
  'PLUGIN_LIMIT_LOG',
  'PLUGIN_LIMIT_MEMORY',
  'PLUGIN_LIMIT_MESSAGE',
  'PLUGIN_LIMIT_OUTPUT',
  'PLUGIN_LIMIT_WALL',
  'PLUGIN_PROTOCOL',
])('some attack above ended in %s', (code) => {
  expect([...seen]).toContain(code);
});

test('a link out of its folder is refused before any code runs', async () => {
  const files = { 'data/x.txt': 'x' };
  await using plugin = await loadPlugin(tier, { files });
  symlinkSync('/etc', join(plugin.folder, 'data', 'etc'));
  const { folder } = plugin;
  const artifact = { id: 'acme', version: '1.0.0', folder, manifest: { entry: './index.ts' } as never, integrity: '' };
  const limits = { wallMs: 1, memoryMb: 64, outputChars: 1, hostCalls: 1, logLines: 1 };
  const signal = AbortSignal.timeout(5000);
  await expect(tier.load({ artifact, granted: {}, limits, signal })).rejects.toMatchObject({
    code: 'PLUGIN_LINK_OUTSIDE',
    message: expect.stringContaining('data/etc'),
  });
});

test('a call that its caller gives up ends though the plugin ignores it', async () => {
  await using plugin = await loadPlugin(tier, { run: '() => new Promise(() => {})' });
  await expect(plugin.call({ signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
    code: 'PLUGIN_CALL_CANCELLED',
  });
});

test('calls of a plugin that was stopped say so', async () => {
  const plugin = await loadPlugin(tier, { run: '() => new Promise(() => {})' });
  const running = plugin.call();
  const end = expect(running).rejects.toMatchObject({ code: 'PLUGIN_PROCESS_STOPPED' });
  await new Promise((done) => setImmediate(done));
  await plugin[Symbol.asyncDispose]();
  await end;
  await expect(plugin.call()).rejects.toMatchObject({ code: 'PLUGIN_PROCESS_STOPPED' });
});

test('the host refuses a port that a plugin asks for behind the back of its side', async () => {
  await using plugin = await loadPlugin(tier, {
    before: `import { readSync, writeSync } from 'node:fs';
      let heard = '';
      const keep = JSON.parse; JSON.parse = (text, ...rest) => { heard += text; return keep(text, ...rest); };`,
    run: `async () => {
      for (const [id, port, method] of [[901, 'kv', 'get'], [902, 'http', 'send'], [903, 'secrets', 'toString'], [904, '__proto__', 'x']]) {
        const text = Buffer.from(JSON.stringify({ t: 'host', id, call: 1, port, method, args: ['a'] }));
        const head = Buffer.alloc(8); head.writeUInt32LE(text.length, 0);
        writeSync(3, Buffer.concat([head, text]));
      }
      while (heard.split('PLUGIN_PORT_REFUSED').length < 5) await new Promise((done) => setTimeout(done, 5));
      return 'all refused';
    }`,
  });
  expect(await plugin.call()).toBe('all refused');
});

test('a tier that cannot run here says so and falls back to nothing', async () => {
  const broken = createRemoteTier('process', (folder) => ({ args: ['--no-such-flag', '-e', '0'], cwd: folder }), {
    log: logInto([]),
    onFault() {},
  });
  await expect(loadPlugin(broken)).rejects.toMatchObject({ code: 'PLUGIN_TIER_UNAVAILABLE' });
  await broken[Symbol.asyncDispose]();
});
