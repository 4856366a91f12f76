import {
  type BackplaneError,
  defineConsolePage,
  defineMethod,
  defineNotifier,
  definePlugin,
  defineRoute,
  defineTemplate,
  dependency,
  type PluginSpec,
} from '@backplane/sdk';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { adoptPlugin } from './adopt-plugin.ts';
import { type Manifest, manifestSchema } from './manifest/manifest-schema.ts';

const route = defineRoute({
  method: 'GET',
  path: '/tickets',
  title: 'Tickets',
  summary: 'All of them.',
  access: { scope: 'acme:read' },
  uses: ['database'],
  handle: () => ({ body: [] }),
});
const page = defineConsolePage({ name: 'board', title: 'Board', file: 'console/index.html', scope: 'acme:read' });
const notifier = defineNotifier({
  name: 'acme-chat',
  title: 'Chat',
  summary: 'Tells people.',
  config: z.object({}),
  open: () => ({ send: async () => {} }),
});
const template = defineTemplate({ name: 'tools.acme.lookup', file: 'templates/lookup.yaml' });
const ping = defineMethod({ summary: 'Pong.', input: z.object({}), output: z.string(), run: () => 'pong' });

const capabilities = { routes: { why: 'a board' }, database: { why: 'tickets' } };
const contributes = {
  routes: ['GET /tickets'],
  consolePages: ['board'],
  notifiers: ['acme-chat'],
  templates: { 'tools.acme.lookup': 'templates/lookup.yaml', 'tools.acme.other': 'templates/other.yaml' },
  methods: ['ping'],
};
const all = { contributes: [route, page, notifier, template], provides: { ping } };

function manifest(parts: object = {}): Manifest {
  const base = { id: 'acme', version: '1.0.0', host: '^0.1.0', sdk: 1, entry: './index.ts' };
  return manifestSchema.parse({ ...base, capabilities, contributes, ...parts });
}

function adopt(spec: Partial<PluginSpec<any, any, any, any>> = {}, parts: object = {}) {
  return adoptPlugin(definePlugin({ id: 'acme', ...all, ...spec } as never), manifest(parts));
}

function refusal(work: () => unknown): BackplaneError {
  try {
    work();
  } catch (error) {
    return error as BackplaneError;
  }
  throw new Error('accepted');
}

test('contributions of every kind are adopted under their names', () => {
  const { others, provides } = adopt();
  expect(others.map(({ kind, name }) => `${kind}:${name}`)).toEqual([
    'route:GET /tickets',
    'console-page:board',
    'notifier:acme-chat',
    'template:tools.acme.lookup',
  ]);
  expect(Object.keys(provides)).toEqual(['ping']);
});

test('a manifest that lists something else is refused, and the error holds what belongs there', () => {
  const error = refusal(() => adopt({}, { contributes: { ...contributes, routes: ['POST /tickets'], methods: [] } }));
  expect(error.code).toBe('PLUGIN_INDEX_DRIFT');
  expect(error.message).toContain('routes: the code contributes `GET /tickets`, the manifest does not list it');
  expect(error.message).toContain('methods: the code contributes `ping`');
  expect(error.facts.details).toEqual({ contributes });
  expect(error.facts.remedy).toContain('details.contributes');
});

test('what needs a capability by being there, or by a port, is refused without it', () => {
  const error = refusal(() => adopt({ uses: ['kv'] }, { capabilities: {} }));
  expect(error.code).toBe('PLUGIN_CAPABILITY_UNDECLARED');
  for (const line of [
    '`start` uses `kv`',
    '`GET /tickets` uses `database`',
    'route `GET /tickets` needs the capability `routes`',
    'console-page `board` needs',
  ])
    expect(error.message).toContain(line);
});

test('a plugin that is called must be named', () => {
  const spec = { deps: { json: dependency('json-tools') } };
  expect(refusal(() => adopt(spec)).message).toContain('`start` calls the plugin `json-tools`');
  expect(adopt(spec, { requires: { 'json-tools': '^2' } }).deps).toEqual({
    json: { plugin: 'json-tools', optional: false },
  });
});

test.each([
  [{ ...route, access: {} }, 'access: expected'],
  [{ ...route, path: 'tickets' }, 'GET /tickets/{ticket}'],
  [{ ...page, file: '../../etc/passwd' }, 'inside the folder of the plugin'],
  [{ ...notifier, open: 'x' }, 'open: expected a function'],
  [{ ...notifier, config: {} }, 'config: expected a schema'],
  [{ ...notifier, uses: ['shell'] }, 'there is no port `shell`'],
  [notifier, 'contributed twice'],
])('what is not valid is refused: %#', (contribution, problem) => {
  const error = refusal(() => adopt({ contributes: [...all.contributes, contribution as never] }));
  expect(error.code).toBe('PLUGIN_CONTRIBUTION_INVALID');
  expect(error.message).toContain(problem);
});

test('what others may call must be made with `defineMethod`', () => {
  const error = refusal(() => adopt({ provides: { ping: () => 'pong' } as never }));
  expect(error.code).toBe('PLUGIN_EXPORT_INVALID');
  expect(error.message).toContain('`ping`');
});

test('a contribution is read once: what it says later does not count', () => {
  let reads = 0;
  const shifty = Object.defineProperty({ ...notifier }, 'name', {
    enumerable: true,
    get: () => (reads++ === 0 ? 'acme-chat' : 'other'),
  });
  expect(adopt({ contributes: [route, page, shifty, template] }).others[2]!.name).toBe('acme-chat');
  expect(reads).toBe(1);
});
