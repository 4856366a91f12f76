import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from './database.ts';
import { DEFAULT_ORGANIZATION, DEFAULT_WORKSPACE } from './default-place.ts';
import { keyValueContract } from './key-value.contract.ts';
import { createPluginRecords } from './plugin-records.ts';
import { createKeyValueStore } from './postgres-key-value-store.ts';
import { createScheduleStore } from './postgres-schedule-store.ts';
import { createWorkflowStore } from './postgres-workflow-store.ts';
import { scheduleStoreContract } from './schedule-store.contract.ts';
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
    store().create({
      workspace: DEFAULT_WORKSPACE,
      alias,
      title: `Title of ${alias}`,
      source: `title: ${alias}`,
      ...more,
    });

  let count = 0;
  const newWorkflow = async () => (await make(`scheduled-${count++}`)).id;
  describe('schedule store', () => scheduleStoreContract(() => createScheduleStore(database.dataSource), newWorkflow));

  test('a schedule needs a workflow, and goes with it', async () => {
    const schedules = createScheduleStore(database.dataSource);
    const entry = { ref: 'r', description: '', spec: '{}', timing: '', beginsPaused: false };
    const progress = { paused: false, cursorAt: 0, state: '{}' };
    const workflowId = await newWorkflow();
    const { id } = await schedules.create({ workflowId, ...entry, ...progress });
    await store().delete(workflowId);
    expect(await schedules.get(id)).toBeUndefined();
    await expect(schedules.create({ workflowId, ...entry, ...progress })).rejects.toMatchObject({
      code: 'WORKFLOW_NOT_FOUND',
    });
  });

  test('a new file adds, changes and removes its schedules, and leaves alone what it does not change', async () => {
    const schedules = createScheduleStore(database.dataSource);
    const entry = (ref: string, more = {}) => ({
      ...{ ref, description: '', spec: '{}', timing: 'daily', beginsPaused: false },
      ...more,
    });
    const { id } = await make('filed', { schedules: [entry('same'), entry('changing'), entry('going')] });
    const all = async () =>
      new Map(
        (await schedules.list(DEFAULT_WORKSPACE, { limit: 10, workflowId: id })).items.map((item) => [item.ref, item]),
      );
    const before = await all();
    const progress = { paused: true, note: 'n', cursorAt: 5, state: '{"x":1}' };
    for (const ref of ['same', 'changing']) await schedules.save(before.get(ref)!.id, 1, progress);
    const files = [entry('same'), entry('changing', { spec: '{"b":1}', timing: 'hourly' }), entry('new')];
    await store().update(id, { title: 't', source: 's', schedules: files });
    const after = await all();
    expect([...after.keys()].sort()).toEqual(['changing', 'new', 'same']);
    expect(after.get('same')).toMatchObject({ ...progress, revision: 2, id: before.get('same')!.id });
    expect(after.get('changing')).toMatchObject({ paused: true, state: '{"x":1}', spec: '{"b":1}' });
    expect(after.get('changing')!.cursorAt).toBeGreaterThan(5);
    expect(after.get('new')).toMatchObject({ origin: 'file', paused: false });
    await store().update(id, { title: 't', source: 's', schedules: [entry('same', { beginsPaused: true })] });
    await store().update(id, { title: 't', source: 's', schedules: [entry('same')] });
    expect((await all()).get('same')).toMatchObject({ paused: false });
  });

  test('a file cannot take the ref of a schedule beside it, and then changes nothing', async () => {
    const schedules = createScheduleStore(database.dataSource);
    const workflowId = await newWorkflow();
    const entry = { ref: 'mine', description: '', spec: '{}', timing: '', beginsPaused: false };
    await schedules.create({ workflowId, ...entry, paused: false, cursorAt: 0, state: '{}' });
    const change = store().update(workflowId, { title: 't', source: 's', schedules: [entry] });
    await expect(change).rejects.toMatchObject({ code: 'SCHEDULE_REF_TAKEN' });
    expect((await store().get(DEFAULT_WORKSPACE, workflowId))?.version).toBe(1);
  });

  test('of two hosts that share a lock at once one is first, and an older one never replaces a newer', async () => {
    const records = createPluginRecords(database.dataSource);
    expect(await records.sharedLock(-1)).toBeUndefined();
    await records.exchangeLock(0, 2, '{}');
    const shared = await Promise.all(['a', 'b'].map((from) => records.exchangeLock(2, 3, JSON.stringify({ from }))));
    expect(shared.toSorted()).toEqual([false, true]);
    expect(await records.exchangeLock(2, 3, '{}')).toBe(false);
    expect(await records.exchangeLock(3, 4, '{"from":"c"}')).toBe(true);
    expect(await records.sharedLock(3)).toEqual({ serial: 4, text: '{"from": "c"}' });
  });

  test('what became of a plugin is read newest first, with who did it', async () => {
    const records = createPluginRecords(database.dataSource);
    const row = { plugin: 'acme', version: '1.0.0', at: '2026-01-02T03:04:05.678Z' };
    const events = [
      { ...row, from: 'loaded', to: 'active' },
      { ...row, action: 'approve', by: 'ada' },
    ];
    await records.append(events);
    expect(await records.events('acme', 10)).toEqual(events.toReversed());
    expect(await records.events('other', 10)).toEqual([]);
  });

  test('what the steps of a workflow were checked against is kept with each version', async () => {
    const { id, alias } = await make('pinning', { actions: { 'a.b': { origin: 'acme@1.0.0' } } });
    await store().update(id, { title: 'New', source: 'two', actions: { 'a.b': { origin: 'acme@2.0.0' } } });
    expect(await store().kept(id, 1)).toEqual({ actions: { 'a.b': { origin: 'acme@1.0.0' } }, author: null });
    const rows = await createPluginRecords(database.dataSource).pinnedActions();
    expect(
      rows
        .filter((one) => one.alias === alias)
        .map(({ current }) => current)
        .toSorted(),
    ).toEqual([false, true]);
  });

  test('a workflow is found by id and alias, and keeps its source', async () => {
    const made = await make('found', { webhook: { path: 'in', methods: ['POST'] } });
    expect(made).toMatchObject({
      alias: 'found',
      version: 1,
      source: 'title: found',
      webhook: { path: 'in', methods: ['POST'] },
    });
    expect(await store().get(DEFAULT_WORKSPACE, made.id)).toEqual(made);
    expect(await store().get(DEFAULT_WORKSPACE, 'found')).toEqual(made);
    expect(await store().get(DEFAULT_WORKSPACE, 'lost')).toBeUndefined();
    expect(await store().get(DEFAULT_WORKSPACE, '00000000-0000-7000-8000-000000000000')).toBeUndefined();
  });

  test('an alias is taken in its workspace alone, a webhook path in all of them; nobody finds what belongs to another', async () => {
    const workspace = randomUUID();
    await database.dataSource.query(
      "INSERT INTO workspace (id, organization_id, name, title) VALUES ($1, $2, 'theirs', 'Theirs')",
      [workspace, DEFAULT_ORGANIZATION],
    );
    const webhook = { path: 'theirs', methods: ['POST'] };
    const mine = await make('shared');
    const theirs = await make('shared', { workspace, webhook });
    expect(await store().get(workspace, 'shared')).toEqual(theirs);
    expect(await store().get(DEFAULT_WORKSPACE, 'shared')).toEqual(mine);
    expect(await store().get(DEFAULT_WORKSPACE, theirs.id)).toBeUndefined();
    expect(await store().byId(theirs.id)).toEqual(theirs);
    expect((await store().list(workspace, { limit: 9 })).items).toHaveLength(1);
    await expect(make('mine', { webhook })).rejects.toMatchObject({ code: 'WEBHOOK_PATH_TAKEN' });
    await expect(make('shared', { workspace })).rejects.toMatchObject({ code: 'WORKFLOW_ALIAS_TAKEN' });
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
    expect(await store().get(DEFAULT_WORKSPACE, 'other')).toBeUndefined();
  });

  test('the webhook secret is random, stays through changes, is never listed, and rotates on demand', async () => {
    const { id } = await make('signed', { webhook: { path: 'signed', methods: ['POST'] } });
    const secret = await store().webhookSecret(id);
    await store().update(id, { title: 't', source: 's', webhook: { path: 'signed', methods: ['POST'] } });
    expect((await store().findByWebhookPath('signed'))?.webhookSecret).toBe(secret);
    expect(
      JSON.stringify([await store().get(DEFAULT_WORKSPACE, id), await store().list(DEFAULT_WORKSPACE, { limit: 100 })]),
    ).not.toContain(secret);
    expect(await store().webhookSecret(id, { rotate: true })).not.toBe(secret);
    expect(await store().findByWebhookPath('nowhere')).toBeUndefined();
  });

  test('a list is paged, newest first, without gaps or repetitions', async () => {
    for (let i = 0; i < 5; i++) await make(`listed-${i}`);
    const seen: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await store().list(DEFAULT_WORKSPACE, { limit: 2, ...(cursor === undefined ? {} : { cursor }) });
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
    await expect(store().list(DEFAULT_WORKSPACE, { limit: 2, cursor: 'x' })).rejects.toMatchObject({
      code: 'STORAGE_CURSOR_INVALID',
    });
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
