import {
  defineAction,
  defineEntity,
  defineGatewayPolicy,
  defineMethod,
  definePlugin,
  defineRoute,
  defineSecretStore,
  defineTrigger,
  dependency,
  optionalDependency,
  type RowOf,
} from '@backplane/sdk';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { describe, expectTypeOf, test } from 'vitest';
import { z } from 'zod';

/** What `tsc` finds here, or does not find where it should, fails the type check: nothing of it runs to any effect. */
const words = { title: 'T', summary: 'S.' } as const;
const action = {
  ...words,
  name: 'tools.acme.act',
  input: z.object({ n: z.number() }),
  effect: 'read',
  idempotent: 'always',
} as const;

describe('what is not declared is not in the types', () => {
  test('of an action: ports, connections and other plugins', () => {
    defineAction({
      ...action,
      uses: ['kv'],
      connections: { tickets: { kind: 'acme' }, chat: { kind: 'slack', optional: true } },
      async run({ input, kv, connections, ...rest }) {
        expectTypeOf(input).toEqualTypeOf<{ n: number }>();
        expectTypeOf(kv.get).returns.resolves.toBeUnknown();
        await connections.tickets.send({ url: 'https://a.test' });
        // @ts-expect-error nobody may have connected
        await connections.chat.send({ url: 'https://a.test' });
        // @ts-expect-error not declared
        connections.other;
        // @ts-expect-error not declared
        rest.http;
        // @ts-expect-error not declared
        rest.deps;
      },
    });
    defineAction({
      ...action,
      run(call) {
        // @ts-expect-error no slot is declared
        call.connections;
        // @ts-expect-error no port is declared
        call.secrets;
      },
    });
  });

  test('of `start`: raw secrets never, subscriptions only there', () => {
    definePlugin({
      id: 'acme',
      contributes: [],
      config: z.object({ url: z.string() }),
      uses: ['events'],
      start({ config, events, ...rest }) {
        expectTypeOf(config).toEqualTypeOf<{ url: string }>();
        expectTypeOf(events.subscribe).toBeFunction();
        // @ts-expect-error not declared
        rest.http;
      },
    });
    // @ts-expect-error `start` has no secrets
    definePlugin({ id: 'acme', contributes: [], uses: ['secrets'] });
    defineAction({
      ...action,
      uses: ['events'],
      run({ events }) {
        // @ts-expect-error an action publishes; it cannot subscribe
        events.subscribe;
      },
    });
  });

  test('of what is opened with a configuration', () => {
    defineSecretStore({
      ...words,
      name: 'vault',
      config: z.object({ address: z.url() }),
      uses: ['http'],
      open({ config, http, ...rest }) {
        expectTypeOf(config.address).toBeString();
        // @ts-expect-error not declared
        rest.kv;
        return {
          read: async () => ((await http.send({ url: config.address })).status === 200 ? undefined : undefined),
        };
      },
    });
  });
});

test('results and examples fit the schemas', () => {
  // @ts-expect-error a number is promised
  defineAction({ ...action, output: z.number(), run: () => 'text' });
  // @ts-expect-error `n` is a number
  defineAction({ ...action, examples: [{ name: 'x', input: { n: 'x' } }], run: () => null });
});

test('any library that speaks Standard Schema types an action', () => {
  const own: StandardSchemaV1<{ readonly a: string }, { readonly a: number }> = {
    '~standard': {
      version: 1,
      vendor: 'own',
      validate: (value) => ({ value: { a: Number((value as { a: string }).a) } }),
    },
  };
  defineAction({
    ...action,
    input: own,
    examples: [{ name: 'x', input: { a: '1' } }],
    run: ({ input }) => expectTypeOf(input.a).toBeNumber(),
  });
});

test('the mode of a trigger decides which methods it needs', () => {
  const trigger = {
    ...words,
    name: 'tools.acme.new',
    input: z.object({}),
    event: z.object({ id: z.string() }),
    sample: { id: '1' },
  } as const;
  defineTrigger({
    ...trigger,
    mode: 'poll',
    everyMs: 60_000,
    dedupeKey: (event) => event.id,
    poll: async () => ({ events: [{ id: '1' }] }),
  });
  // @ts-expect-error a poll needs a key for each event
  defineTrigger({ ...trigger, mode: 'poll', everyMs: 60_000, poll: async () => ({ events: [] }) });
  // @ts-expect-error a webhook must verify
  defineTrigger({ ...trigger, mode: 'webhook', receive: async () => ({ events: [] }) });
});

test('a policy brings the hooks of its phases, and fails closed where it must', () => {
  const policy = { ...words, name: 'p', config: z.object({}) } as const;
  defineGatewayPolicy({ ...policy, phases: ['admit'], onFailure: 'open', create: () => ({ admit: () => undefined }) });
  defineGatewayPolicy({
    ...policy,
    phases: ['admit', 'log'],
    onFailure: 'open',
    // @ts-expect-error the hook is missing
    create: () => ({ admit: () => undefined }),
  });
  defineGatewayPolicy({
    ...policy,
    phases: ['authenticate'],
    // @ts-expect-error authentication is always closed
    onFailure: 'open',
    create: () => ({ authenticate: () => undefined }),
  });
});

test('the parameters of a route come from its path', () => {
  defineRoute({
    ...words,
    method: 'GET',
    path: '/tickets/{ticket}/notes/{note}',
    access: { scope: 'acme:read' },
    reply: z.object({ id: z.string() }),
    handle: ({ params, ...rest }) => {
      expectTypeOf(params).toEqualTypeOf<Readonly<Record<'ticket' | 'note', string>>>();
      // @ts-expect-error not declared
      rest.database;
      return { body: { id: params.ticket } };
    },
  });
});

test('rows of an entity follow its columns', () => {
  const ticket = defineEntity({
    name: 'tickets',
    columns: { id: { type: 'uuid', primary: true }, note: { type: 'text', nullable: true }, size: { type: 'bigint' } },
  });
  expectTypeOf<RowOf<typeof ticket>>().toEqualTypeOf<{
    readonly id: string;
    readonly note: string | null;
    readonly size: bigint;
  }>();
});

test('what one plugin provides, another calls with its types', () => {
  const other = definePlugin({
    id: 'json-tools',
    contributes: [],
    provides: {
      parse: defineMethod({
        summary: 'Parses.',
        input: z.object({ text: z.string() }),
        output: z.object({ size: z.number() }),
        run: ({ input }) => ({ size: input.text.length }),
      }),
    },
  });
  defineAction({
    ...action,
    deps: { json: dependency<typeof other>('json-tools'), extra: optionalDependency<typeof other>('extra') },
    async run({ deps }) {
      expectTypeOf(await deps.json.parse({ text: '{}' })).toEqualTypeOf<{ size: number }>();
      // @ts-expect-error text is a string
      await deps.json.parse({ text: 1 });
      // @ts-expect-error it may be missing
      await deps.extra.parse({ text: '{}' });
    },
  });
});
