import type { ContributionKind } from '@backplane/sdk';
import type { Crossing, Fields, Member, Members } from './shape.ts';

/** What of a kind of contribution runs outside the host's process. */
export type KindShape =
  /** An action: it has a path of its own, made for many short calls. */
  | { readonly is: 'action' }
  /** No code in it. */
  | { readonly is: 'data' }
  /**
   * Functions. `schemas` are those of its members that are schemas: with `given`, the plugin's side converts for itself what
   * it gets; with `made`, the host works with what the schema makes of a value.
   */
  | {
      readonly is: 'functions';
      readonly members: Members;
      readonly schemas: Readonly<Record<string, 'given' | 'made'>>;
    }
  /** It works in the host's process alone. */
  | { readonly is: 'trusted'; readonly because: string };

const DATA = { is: 'data' } as const;
const checked = (by: string): Crossing => ({ checked: by });
const takes = (...crossings: readonly Crossing[]) => ({ takes: crossings, gives: 'nothing' }) as const;
const gives = (crossing: Crossing, ...given: readonly Crossing[]): Member => ({ takes: given, gives: crossing });
const optional = (member: Member): Member => ({ ...member, optional: true });
const lasting = (member: Member): Member => ({ ...member, lasts: true });
const withSignal: Crossing = { fields: { signal: 'signal' } };

/** Opened once with its configuration, then it serves by these. */
function opens(driver: Members, more: Fields = {}): KindShape {
  const opened: Members = { ...driver, check: optional(takes('signal')), close: optional(takes()) };
  const context: Crossing = { context: { config: checked('config'), ...more } };
  return { is: 'functions', members: { open: gives({ object: opened }, context) }, schemas: { config: 'given' } };
}

const call = (more: Fields): Crossing => ({ context: { input: checked('input'), ...more } });
const state: Fields = { state: 'data' };
const engineHost: Crossing = {
  fields: {
    scheduler: 'module',
    perform: { call: gives('data', 'data', 'data', 'signal') },
    record: { call: takes('data', 'data', 'data') },
  },
};

/** Every kind of contribution, and what of it crosses a tier: the one list that proxies, guards, checks and the documentation go by. */
export const KIND_SHAPES: Readonly<Record<ContributionKind, KindShape>> = {
  action: { is: 'action' },
  template: DATA,
  'oauth-provider': DATA,
  entity: DATA,
  migration: DATA,
  'console-page': DATA,
  trigger: {
    is: 'functions',
    members: {
      dedupeKey: optional(gives('data', checked('event'))),
      poll: optional(gives('data', call(state))),
      subscribe: optional(gives('data', call({ url: 'data' }))),
      unsubscribe: optional(takes(call({ url: 'data', ...state }))),
      verify: optional(gives('data', 'data', call(state))),
      receive: optional(gives('data', 'data', call(state))),
      open: optional(lasting(takes(call({ ...state, emit: { call: takes('data', 'data') } })))),
    },
    schemas: { input: 'given', event: 'made' },
  },
  route: {
    is: 'functions',
    members: {
      handle: gives(
        { fields: { content: 'bytes' } },
        {
          context: {
            params: 'data',
            query: checked('query'),
            body: checked('body'),
            headers: 'data',
            actor: 'data',
            content: 'bytes',
          },
        },
      ),
    },
    schemas: { query: 'given', body: 'given', reply: 'made' },
  },
  notifier: opens({ send: takes('data', 'signal') }),
  'secret-store': opens({
    read: gives('data', 'data', 'signal'),
    list: optional(gives('data', 'data', 'signal')),
    write: optional(gives('data', 'data', 'data', withSignal)),
    remove: optional(takes('data', 'signal')),
  }),
  'blob-store': opens({
    put: gives('data', 'data', 'bytes', withSignal),
    get: gives({ fields: { content: 'bytes' } }, 'data', withSignal),
    head: gives('data', 'data', 'signal'),
    remove: takes('data', 'signal'),
    list: gives('items', 'data', 'signal'),
    link: optional(gives('data', 'data', 'data')),
  }),
  'event-bus': opens({
    publish: takes('data', 'signal'),
    consume: lasting(takes('data', { call: takes('data') }, 'signal')),
    ensureTopics: optional(takes('data')),
  }),
  engine: opens(
    {
      start: takes('data'),
      signal: takes('data', 'data'),
      status: gives('data', 'data'),
    },
    { host: engineHost },
  ),
  'decision-point': opens({ decide: gives('data', 'data', 'signal') }),
  'llm-provider': opens({
    models: gives('data', 'signal'),
    generate: gives('items', withSignal),
    embed: optional(gives('data', withSignal)),
  }),
  'service-discovery': opens({
    resolve: gives('data', 'data', 'signal'),
    watch: optional(gives('items', 'data', 'signal')),
    register: optional(takes('data', 'signal')),
    deregister: optional(takes('data', 'signal')),
  }),
  'gateway-policy': {
    is: 'trusted',
    because: 'it changes requests while they pass through the host',
  },
  'expression-function': {
    is: 'trusted',
    because: 'expressions are computed at once, and do not wait for another process',
  },
};

/** What other plugins may call of a plugin. */
export const METHOD_SHAPE = {
  members: { run: gives('data', { context: { input: checked('input'), caller: 'data' } }) },
  schemas: { input: 'given', output: 'made' },
} as const satisfies { readonly members: Members; readonly schemas: Readonly<Record<string, 'given' | 'made'>> };
