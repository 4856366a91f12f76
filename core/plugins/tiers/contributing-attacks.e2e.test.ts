import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createActionRegistry } from '../../registry/action-registry.ts';
import { createMemoryKeyValueStore } from '../../storage/memory-key-value-store.ts';
import { ContributionBoard, type MountOwner } from '../contributions/contribution-board.ts';
import { readMounted } from '../contributions/read-mounted.ts';
import { loadPlugins } from '../load-plugins.ts';
import { NotifierDesk } from '../notifiers/notifier-desk.ts';
import { readPluginsConfig } from '../plugins-config.ts';
import { findRoute } from '../routes/find-route.ts';
import { serveRoute } from '../routes/serve-route.ts';
import { type ContributingAttack, contributing } from './attacks/contributing.ts';
import { createTiers } from './create-tiers.ts';
import type { Tier } from './tier.ts';
import { ALL_GRANTED, type LoadedPlugin, loadPlugin, logInto } from './tier-home.fixture.ts';

const log = logInto([]);
const never = new AbortController().signal;
let tier: Tier;
let neighbour: LoadedPlugin;
/** Those that leave their process alive have one in common. */
const gentle = contributing.filter(({ alone }) => !alone);
let together: LoadedPlugin;
beforeAll(async () => {
  tier = createTiers({ log, onFault() {} }).process;
  neighbour = await loadPlugin(tier, { id: 'neighbour', run: '({ input }) => input.name' });
  together = await load(gentle);
});
afterAll(async () => {
  await neighbour[Symbol.asyncDispose]();
  await together[Symbol.asyncDispose]();
  await tier[Symbol.asyncDispose]();
});

/** One plugin with these contributions. */
function load(attacks: readonly ContributingAttack[]): Promise<LoadedPlugin> {
  const numbered = (text: string, at: number) => text.replaceAll('#', String(at));
  const brings = attacks.map((attack, at) => numbered(attack.brings, at)).join(', ');
  const contributes = Object.groupBy(attacks.keys(), (at) => attacks[at]!.index[0]);
  const names = Object.entries(contributes).map(([key, all]) => [
    key,
    all!.map((at) => numbered(attacks[at]!.index[1], at)),
  ]);
  const { before = '', limits = {} } = attacks[0]!;
  const code = `import * as sdk from '@backplane/sdk'; import { z } from 'zod'; ${before}
    const { ${[...new Set(brings.match(/define\w+/g))].join(', ')} } = sdk;
    export default sdk.definePlugin({ id: 'acme', contributes: [${brings}] });`;
  const why = { why: 'test' };
  const manifest = { capabilities: { routes: why }, contributes: Object.fromEntries(names) };
  return loadPlugin(tier, { code, manifest, limits, granted: { ...ALL_GRANTED, routes: why } });
}

type Functions = Readonly<Record<string, (...given: unknown[]) => any>>;

/** Uses it as the host would, for a second at most. Gives what it gave. */
async function strike({ instance }: LoadedPlugin, { use, lost }: ContributingAttack, at: number): Promise<unknown> {
  const { others } = instance.plugin;
  const value = others[at]!.value as unknown as Functions;
  const caller = new AbortController();
  const context = { config: {}, input: {}, log, signal: never };
  if (use === 'stream') {
    const taken: unknown[] = [];
    const emit = async (event: unknown) => void taken.push(event);
    // Of one that must be found out by itself, nobody has enough.
    if (!lost) setTimeout(() => caller.abort(), 1000);
    const end = await value['open']!({ ...context, state: undefined, emit, signal: caller.signal }).catch(
      (e: unknown) => e,
    );
    expect(taken.length).toBeLessThanOrEqual(500);
    throw end;
  }
  if (use === 'route') {
    const board = new ContributionBoard();
    const owner = { id: 'acme', ports: {}, log, signal: never } as unknown as MountOwner;
    board.post(owner, readMounted({ id: 'acme', capabilities: { routes: {} } } as never, others));
    const actor = { id: 'me', kind: 'user', workspace: 'default', scopes: [] } as const;
    const request = { query: {}, headers: {}, actor, signal: never };
    const { content } = await serveRoute(findRoute(board, 'acme', 'GET', `/a${at}`).found!, request);
    return content && (await Array.fromAsync(content)).length;
  }
  const opened = (await value['open']!(context)) as Functions;
  if (use === 'open') return 'opened';
  if (use === 'discover') return opened['resolve']!({ service: 's' }, never);
  const answer = opened['generate']!({ model: 'm', messages: [], signal: caller.signal });
  setTimeout(() => caller.abort(), 200);
  for await (const _ of answer);
  return 'ended';
}

test.each(contributing)('a contribution that $name is contained, and its neighbour goes on', async (attack) => {
  await using own = attack.alone ? await load([attack]) : undefined;
  const plugin = own ?? together;
  const end = await strike(plugin, attack, own === undefined ? gentle.indexOf(attack) : 0).then(
    (result) => (Array.isArray(result) ? result[0] : result),
    (error: { code?: string }) => error.code ?? '',
  );
  expect(attack.codes).toContain(end);
  if (attack.lost) expect(await plugin.instance.lost).toMatch(/acme/);
  if (own === undefined) await plugin.instance.ping(AbortSignal.timeout(5000));
  expect(await neighbour.call({ args: { name: 'here' } })).toBe('here');
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test('a `start` that starts a program does not start', async () => {
  await using plugin = await loadPlugin(tier, {
    plugin: `async start() { const { execSync } = await import('node:child_process'); execSync('id'); },`,
  });
  await expect(plugin.start()).rejects.toThrow(/not available/);
});

test('a notifier that ends its process with every note is in quarantine soon', async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'notifier-')));
  mkdirSync(join(folder, 'plugins-local/acme'), { recursive: true });
  const base = { id: 'acme', version: '1.0.0', host: '*', sdk: 1, entry: './index.ts' };
  const files = {
    'plugins.yaml': 'plugins: { acme: {} }\n',
    'plugins-local/acme/plugin.json': JSON.stringify({ ...base, contributes: { notifiers: ['acme-chat'] } }),
    'plugins-local/acme/index.ts': `import { defineNotifier, definePlugin } from '@backplane/sdk'; import { z } from 'zod';
      const chat = defineNotifier({ name: 'acme-chat', title: 'T', summary: 'S', config: z.object({}), open: () => ({ send: () => process.exit(1) }) });
      export default definePlugin({ id: 'acme', contributes: [chat] });`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const board = new ContributionBoard();
  await using notifiers = new NotifierDesk(board);
  await using host = await loadPlugins({
    builtinDirs: [],
    config: readPluginsConfig(join(folder, 'plugins.yaml'), folder, {}),
    registry: createActionRegistry(),
    ports: { kv: createMemoryKeyValueStore() },
    board,
    log,
    hostVersion: '0.1.0',
    tiers: [tier],
    deadlines: { patienceMs: 20_000 },
    crashes: { limit: 3, windowMs: 60_000, firstMs: 1, longestMs: 1 },
  });
  const state = () => host.records().find(({ id }) => id === 'acme')?.state;
  const seen = new Set<string>();
  const note = { id: 'n', severity: 'info', title: 'T', text: 'T' } as const;
  await expect
    .poll(
      async () => {
        if (state() === 'active')
          await notifiers.send({ notifier: 'acme-chat', config: {} }, note, never).catch(({ code }) => seen.add(code));
        return state();
      },
      { timeout: 20_000 },
    )
    .toBe('quarantined');
  expect([...seen]).toContain('PLUGIN_CRASHED');
  expect(notifiers.names()).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});
