import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestHost } from './host.fixture.ts';
import { hostWith, pluginOfPage } from './plugin-pages.fixture.ts';

let host: TestHost;
beforeAll(async () => {
  host = await hostWith({ acme: pluginOfPage('entity') });
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

test('the data of an active plugin is listed, and not deleted', async () => {
  expect((await host.api('GET', '/plugin-data')).body.items).toEqual([{ plugin: 'acme', inUse: true }]);
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
