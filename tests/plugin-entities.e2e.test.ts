import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestHost } from './host.fixture.ts';
import { hostWith, pluginOfPage } from './plugin-pages.fixture.ts';

const bank = {
  'plugin.json': JSON.stringify({
    id: 'bank',
    version: '1.0.0',
    host: '^0.1.0',
    sdk: 1,
    entry: './index.ts',
    capabilities: { database: { why: 'Keeps accounts.' } },
    contributes: { actions: ['tools.bank.pay'], entities: ['account'], migrations: ['0001_account'] },
  }),
  'index.ts': `
import { defineAction, defineEntity, defineErrors, defineMigration, definePlugin } from '@backplane/sdk';
import { z } from 'zod';
const raise = defineErrors({ BANK_EMPTY: { status: 409, blame: 'input', retry: 'never', message: () => 'empty', remedy: 'wait' } });
const account = defineEntity({ name: 'account', columns: { id: { type: 'bigint', primary: true }, note: { type: 'bytes' } } });
const pay = defineAction({
  name: 'tools.bank.pay', title: 'Pay', summary: 'Pays.', effect: 'write', idempotent: 'never', uses: ['database'],
  input: z.object({ id: z.int(), fails: z.boolean().default(false) }),
  run: async ({ input, database }) => {
    const made = await database.transaction(async (inner) => {
      const row = await inner.table(account).insert({ id: BigInt(input.id), note: new Uint8Array([1, 2, 255]) });
      const [seen] = await inner.query('SELECT count(*)::int AS n FROM account');
      if (input.fails) throw raise.BANK_EMPTY(undefined);
      return { next: row.id + 1n, note: [...row.note], seen: seen.n };
    });
    return { ...made, next: String(made.next), kept: await database.table(account).count() };
  },
});
export default definePlugin({ id: 'bank', contributes: [
  account, pay, defineMigration({ name: '0001_account', up: ['CREATE TABLE account (id bigint PRIMARY KEY, note bytea NOT NULL)'] }),
] });`,
};

let host: TestHost;
beforeAll(async () => {
  host = await hostWith({ acme: pluginOfPage('entity'), bank });
});
afterAll(() => host[Symbol.asyncDispose]());

const run = (name: string, input: object) => host.api('POST', `/actions/${name}/run`, { input });

test('the plugin of the page keeps its tickets in a table of its own', async () => {
  const opened = await run('tools.acme.open_ticket', { title: 'Leak', priority: 1 });
  expect(opened).toMatchObject({ status: 200 });
  expect(JSON.stringify(opened.body)).toMatch(/"opened_at":"\d{4}-\d\d-\d\dT.*Z"/);
  await run('tools.acme.open_ticket', { title: 'Dust' });
  expect(JSON.stringify((await run('tools.acme.count_tickets', { priority: 2 })).body)).toContain('"tickets":1');
});

test('a transaction of a plugin in a process of its own is all or nothing, and its values are those of its columns', async () => {
  const first = await run('tools.bank.pay', { id: 7 });
  expect(first.body).toEqual({ result: { next: '8', note: [1, 2, 255], seen: 1, kept: 1 } });
  expect(await run('tools.bank.pay', { id: 8, fails: true })).toMatchObject({
    status: 409,
    body: { code: 'BANK_EMPTY' },
  });
  expect((await run('tools.bank.pay', { id: 9 })).body).toMatchObject({ result: { seen: 2, kept: 2 } });
});

test('the data of an active plugin is listed, and not deleted', async () => {
  expect((await host.api('GET', '/plugin-data')).body.items).toEqual([
    { plugin: 'acme', inUse: true },
    { plugin: 'bank', inUse: true },
  ]);
  expect(await host.api('DELETE', '/plugin-data/acme')).toMatchObject({
    status: 409,
    body: { code: 'PLUGIN_DATA_IN_USE' },
  });
  expect(await host.api('DELETE', '/plugin-data/nobody')).toMatchObject({ status: 404 });
});

test('a unique value that is taken is a coded conflict', async () => {
  await run('tools.acme.open_ticket', { title: 'Twice' });
  expect(await run('tools.acme.open_ticket', { title: 'Twice' })).toMatchObject({
    status: 409,
    body: { code: 'PLUGIN_DATABASE_CONFLICT' },
  });
});
