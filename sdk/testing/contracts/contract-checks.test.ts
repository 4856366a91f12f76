import {
  type Action,
  type Contribution,
  defineAction,
  defineBlobStore,
  defineErrors,
  defineExpressionFunction,
  defineGatewayPolicy,
  defineOAuthProvider,
  definePlugin,
  defineTrigger,
} from '@backplane/sdk';
import { type ContractOptions, contractChecks, describePlugin, replyHttp } from '@backplane/sdk/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { memoryBlobs } from './memory-blobs.fixture.ts';

const raise = defineErrors({
  ACME_FAILED: {
    status: 502,
    blame: 'upstream',
    retry: 'later',
    message: (d: { status: number }) => `Acme answered ${d.status}.`,
    remedy: 'Wait.',
  },
});

const good = {
  name: 'tools.acme.lookup',
  title: 'Look up',
  summary: 'Looks a ticket up.',
  input: z.object({ id: z.string() }),
  output: z.object({ title: z.string() }),
  uses: ['http'],
  effect: 'read',
  idempotent: 'always',
  examples: [{ name: 'a ticket', input: { id: 'T-1' }, output: { title: 'Broken' } }],
  async run({ input, http }: Parameters<Action['run']>[0]) {
    const reply = await http.send({ url: `https://api.acme.test/tickets/${input.id}` });
    if (reply.status >= 400) {
      const after = Number(reply.headers['retry-after']);
      throw raise.ACME_FAILED({ status: reply.status }, Number.isNaN(after) ? {} : { retryAfterMs: after * 1000 });
    }
    return JSON.parse(new TextDecoder().decode(reply.body)) as { title: string };
  },
} as const;

const http = replyHttp(() => ({ body: { title: 'Broken' } }));
const manifest = {
  capabilities: { network: [{ host: 'api.acme.test', why: 'tickets' }] },
  contributes: { actions: ['tools.acme.lookup'] },
};

async function failures(
  contributes: readonly Contribution[],
  options: Partial<ContractOptions> = {},
): Promise<string[]> {
  const plugin = definePlugin({ id: 'acme', contributes });
  const failed: string[] = [];
  for (const { name, run } of contractChecks({ plugin, http, ...options }))
    await run().catch((error: Error) => failed.push(`${name} — ${error.message}`));
  return failed;
}

async function deaf({ http: port }: any) {
  await port.send({ url: 'https://api.acme.test' });
  return { title: 'Broken' };
}

async function swallowing(call: any) {
  return await deaf(call).catch(() => ({ title: 'Broken' }));
}

const action = (changes: object) => [defineAction({ ...good, ...changes } as typeof good)];

describe('the contract of an action', () => {
  describePlugin({ plugin: definePlugin({ id: 'acme', contributes: [defineAction(good)] }), manifest, http, test });

  test.each([
    [
      'an example that is not so',
      { examples: [{ name: 'x', input: { id: 'a' }, output: { title: 'Other' } }] },
      'its examples give what they say',
    ],
    ['an example that does not fit', { examples: [{ name: 'x', input: { id: 5 } }] }, 'does not fit `input`'],
    ['no example', { examples: [] }, 'neither an example nor'],
    [
      'a host that the manifest does not name',
      { run: async ({ http: port }: any) => (await port.send({ url: 'https://evil.test' })) && { title: 'Broken' } },
      'PLUGIN_NETWORK_REFUSED|The manifest does not ask',
    ],
    [
      'failures that are swallowed',
      {
        run: swallowing,
      },
      '429 is a failure',
    ],
    [
      'errors without a code',
      {
        run: async ({ http: port }: any) => {
          const r = await port.send({ url: 'https://api.acme.test' });
          if (r.status >= 400) throw new Error('no');
          return { title: 'Broken' };
        },
      },
      'expected a coded error',
    ],
    ['a plugin that contributes what is not valid', { effect: 'maybe' }, 'effect: expected one of'],
  ])('is broken by %s', async (_text, changes, expected) => {
    const failed = await failures(action(changes), { manifest });
    expect(failed.join('\n')).toMatch(new RegExp(expected));
  });

  test('checks that do not apply are named as exceptions', async () => {
    const contributes = action({
      run: deaf,
    });
    expect((await failures(contributes)).map((line) => line.replace(/ — .*/, ''))).toEqual([
      'tools.acme.lookup: 429 is a failure that may pass, not before Retry-After',
      'tools.acme.lookup: 500 is a failure that may pass',
    ]);
    expect(await failures(contributes, { actions: { 'tools.acme.lookup': { except: ['429', '500'] } } })).toEqual([]);
  });

  test('a manifest that lists something else is told', async () => {
    const failed = await failures(action({}), { manifest: { ...manifest, contributes: {} } });
    expect(failed).toEqual([expect.stringContaining('the manifest does not list it')]);
  });
});

test('a store of blobs keeps its promises, and one that does not is found', async () => {
  const store = (keep: boolean) =>
    defineBlobStore({
      name: 'memory',
      title: 'Memory',
      summary: 'In memory.',
      config: z.object({}),
      open: () => memoryBlobs(keep),
    });
  expect(await failures([store(true)], { configs: { memory: {} } })).toEqual([]);
  expect(await failures([store(false)], { configs: { memory: {} } })).toEqual([
    expect.stringContaining('a put whose source fails changes nothing'),
  ]);
});

test('a trigger whose sample does not fit, or that takes unsigned deliveries, is found', async () => {
  const trigger = defineTrigger({
    mode: 'webhook',
    name: 'tools.acme.told',
    title: 'Told',
    summary: 'Is told.',
    input: z.object({}),
    event: z.object({ id: z.string() }),
    sample: { id: 5 as never },
    verify: () => true,
    receive: async () => ({ events: [] }),
  });
  expect(await failures([trigger])).toEqual([
    expect.stringContaining('the sample does not fit'),
    expect.stringContaining('a delivery without a signature is refused'),
  ]);
});

test('a provider of OAuth says where its token goes, and its scopes in words', async () => {
  const provider = defineOAuthProvider({
    name: 'acme',
    title: 'Acme',
    summary: 'Tickets.',
    grants: ['authorization_code'],
    endpoints: { token: 'https://{tenant}.acme.test/token' },
    scopes: { known: {}, default: ['read'] },
    sendTokenTo: ['*'],
  });
  expect(await failures([provider])).toHaveLength(3);
});

test('a function of expressions that changes its arguments or lies in its examples is found', async () => {
  const fn = defineExpressionFunction({
    name: 'acme_first',
    summary: 'The first.',
    parameters: ['list'],
    examples: [{ args: [[1, 2]], gives: 2 }],
    call: (list: readonly number[]) => (list as number[]).shift(),
  });
  expect(await failures([fn])).toHaveLength(2);
});

test('a policy brings the hooks of its phases, no more and no less', async () => {
  const policy = (extra: object) =>
    defineGatewayPolicy({
      name: 'stamp',
      title: 'Stamp',
      summary: 'Stamps.',
      config: z.object({ header: z.string() }),
      phases: ['rewrite'],
      onFailure: 'open',
      create: ({ config }) => ({
        rewrite: ({ upstream }) => {
          upstream.headers.set(config.header, '1');
          return undefined;
        },
        ...extra,
      }),
    });
  const configs = { stamp: { header: 'x-stamp' } };
  expect(await failures([policy({})], { configs })).toEqual([]);
  expect(await failures([policy({ admit: () => undefined })], { configs })).toHaveLength(1);
});
