import { defineConsolePage, defineMigration, defineRoute } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { readMounted } from './read-mounted.ts';

const base = { method: 'GET', path: '/a', title: 'T', summary: 'S', handle: () => ({}) } as const;
const read = (
  kind: 'route' | 'console-page' | 'migration',
  value: object,
  capabilities: object = { routes: { why: 'w' } },
) => readMounted({ id: 'acme', capabilities } as never, [{ kind, name: 'it', value: value as never }]);
const code = (work: () => unknown) => {
  try {
    work();
    return 'done';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test('a route that says neither its scope nor why it is public is refused', () => {
  for (const access of [undefined, {}, { public: true }, { public: false, why: 'w' }, { scope: '' }])
    expect(code(() => read('route', defineRoute({ ...base, access } as never)))).toBe('PLUGIN_CONTRIBUTION_INVALID');
  expect(code(() => read('route', defineRoute({ ...base, access: { scope: 'acme:a' } })))).toBe('done');
});

test('a public route needs the capability for it', () => {
  const route = defineRoute({ ...base, access: { public: true, why: 'w' } });
  expect(code(() => read('route', route))).toBe('PLUGIN_CAPABILITY_UNDECLARED');
  expect(code(() => read('route', route, { routes: { why: 'w', public: { why: 'w' } } }))).toBe('done');
});

test('a page stands in a folder of its own inside that of the plugin', () => {
  const page = (file: string) =>
    code(() => read('console-page', defineConsolePage({ name: 'a', title: 'A', file, scope: 'acme:a' })));
  for (const file of [
    'index.html',
    '../a/index.html',
    'a/../index.html',
    '/etc/passwd',
    'a/.b/index.html',
    'a/index.ts',
  ])
    expect([file, page(file)]).toEqual([file, 'PLUGIN_CONTRIBUTION_INVALID']);
  expect(page('./pages/index.html')).toBe('done');
});

test('a migration has a number and statements', () => {
  expect(code(() => read('migration', defineMigration({ name: 'tickets', up: ['SELECT 1'] })))).toBe(
    'PLUGIN_CONTRIBUTION_INVALID',
  );
  expect(code(() => read('migration', defineMigration({ name: '0001_tickets', up: [] })))).toBe(
    'PLUGIN_CONTRIBUTION_INVALID',
  );
});
