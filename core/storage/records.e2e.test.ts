import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from './database.ts';
import { keyValueContract } from './key-value.contract.ts';
import { createKeyValueStore } from './postgres-key-value-store.ts';
import { createWorkflowStore } from './postgres-workflow-store.ts';
import { databases } from './test-database.fixture.ts';

describe.each(databases)('%s', (_, open) => {
  let database: Database;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database[Symbol.asyncDispose]());

  describe('key-value store', () => keyValueContract(() => createKeyValueStore(database.dataSource)));

  const store = () => createWorkflowStore(database.dataSource);
  const make = (alias: string, more: object = {}) =>
    store().create({ alias, title: `Title of ${alias}`, source: `title: ${alias}`, ...more });

  test('a workflow is found by id and alias, and keeps its source', async () => {
    const made = await make('found', { webhook: { path: 'in', methods: ['POST'] } });
    expect(made).toMatchObject({
      alias: 'found',
      version: 1,
      source: 'title: found',
      webhook: { path: 'in', methods: ['POST'] },
    });
    expect(await store().get(made.id)).toEqual(made);
    expect(await store().get('found')).toEqual(made);
    expect(await store().get('lost')).toBeUndefined();
    expect(await store().get('00000000-0000-7000-8000-000000000000')).toBeUndefined();
  });

  test('every change is a version, and all of them are kept', async () => {
    const { id } = await make('changing');
    const changed = await store().update(id, { title: 'New', source: 'two', expectedVersion: 1 });
    expect(changed).toMatchObject({ version: 2, source: 'two', title: 'New' });
    expect((await store().versions(id)).map(({ version, title }) => [version, title])).toEqual([
      [2, 'New'],
      [1, 'Title of changing'],
    ]);
    expect(await store().version(id, 1)).toBe('title: changing');
    expect(await store().version(id, 9)).toBeUndefined();
  });

  test('of two changes made from the same version, the second is told so', async () => {
    const { id } = await make('contested');
    const change = (source: string) => store().update(id, { title: 't', source, expectedVersion: 1 });
    const outcomes = await Promise.allSettled([change('a'), change('b')]);
    const refused = outcomes.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(refused.reason).toMatchObject({
      code: 'WORKFLOW_VERSION_CONFLICT',
      message: expect.stringContaining('version 2, not 1'),
    });
  });

  test('an alias and a webhook path belong to one workflow', async () => {
    await make('unique', { webhook: { path: 'taken', methods: ['GET'] } });
    await expect(make('unique')).rejects.toMatchObject({ code: 'WORKFLOW_ALIAS_TAKEN' });
    const webhook = { path: 'taken', methods: ['POST'] };
    await expect(make('other', { webhook })).rejects.toMatchObject({ code: 'WEBHOOK_PATH_TAKEN' });
    const { id } = await make('third');
    await expect(store().update(id, { title: 't', source: 's', webhook })).rejects.toMatchObject({
      code: 'WEBHOOK_PATH_TAKEN',
    });
    expect(await store().get('other')).toBeUndefined();
  });

  test('the webhook secret is random, stays through changes, is never listed, and rotates on demand', async () => {
    const { id } = await make('signed', { webhook: { path: 'signed', methods: ['POST'] } });
    const secret = await store().webhookSecret(id);
    await store().update(id, { title: 't', source: 's', webhook: { path: 'signed', methods: ['POST'] } });
    expect((await store().findByWebhookPath('signed'))?.webhookSecret).toBe(secret);
    expect(JSON.stringify([await store().get(id), await store().list({ limit: 100 })])).not.toContain(secret);
    expect(await store().webhookSecret(id, { rotate: true })).not.toBe(secret);
    expect(await store().findByWebhookPath('nowhere')).toBeUndefined();
  });

  test('a list is paged, newest first, without gaps or repetitions', async () => {
    for (let i = 0; i < 5; i++) await make(`listed-${i}`);
    const seen: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await store().list({ limit: 2, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.items.map(({ alias }) => alias));
      cursor = page.nextCursor;
      if (cursor === undefined) break;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((alias) => alias.startsWith('listed-'))).toEqual([
      'listed-4',
      'listed-3',
      'listed-2',
      'listed-1',
      'listed-0',
    ]);
    await expect(store().list({ limit: 2, cursor: 'x' })).rejects.toMatchObject({ code: 'STORAGE_CURSOR_INVALID' });
  });

  test('a deleted workflow is gone with its versions', async () => {
    const { id } = await make('doomed');
    expect(await store().delete(id)).toBe(true);
    expect(await store().delete(id)).toBe(false);
    expect(await store().delete('no-id')).toBe(false);
    expect(await store().versions(id)).toEqual([]);
    await expect(store().update(id, { title: 't', source: 's' })).rejects.toMatchObject({ code: 'WORKFLOW_NOT_FOUND' });
    await expect(store().webhookSecret(id)).rejects.toMatchObject({ code: 'WORKFLOW_NOT_FOUND' });
  });
});
