import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../storage/database.ts';
import { embeddedDatabase, temporaryFolder } from '../storage/test-database.fixture.ts';
import { newFernetKey } from './fernet.ts';
import { reencrypt } from './key/reencrypt.ts';
import { manySecrets, newPlace, secretHome } from './secret-home.fixture.ts';

type Home = Awaited<ReturnType<typeof secretHome>>;

let database: Database;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let home: Home;
beforeAll(async () => {
  database = await embeddedDatabase();
  folder = await temporaryFolder();
  home = await secretHome(database, { folder: folder.path });
  mkdirSync(elsewhere());
});
afterAll(async () => {
  await home[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

/** A data folder without a key. */
const elsewhere = () => join(folder.path, 'elsewhere');
const madeKey = () => readFileSync(join(folder.path, 'secrets.key'), 'utf8').trim();
const by = 'ada@example.com';
const keys = { type: 'keys', by } as const;
const ref = (place: object, name = 'db', environment = 'default') =>
  ({ ...place, name, environment }) as Parameters<Home['store']['get']>[0];

test('a first host with a key starts beside one without any, which keeps it from storing; one with another key does not start', async () => {
  const place = await newPlace(database);
  const [one, other] = [newFernetKey(), newFernetKey()];
  await using keyed = await secretHome(database, { keys: [one], folder: elsewhere() });
  const attempt = keyed.store.create({ ...ref(place), ...keys, values: { A: 'a' } });
  await expect(attempt).rejects.toMatchObject({ code: 'SECRETS_KEY_NOT_EVERYWHERE' });
  await expect(secretHome(database, { keys: [other], folder: elsewhere() })).rejects.toMatchObject({
    code: 'SECRETS_KEY_NOT_EVERYWHERE',
  });
});

test('without a configured key one is made when it is needed, for this user alone', async () => {
  const place = await newPlace(database);
  expect(home.claims.ring.origin).toBe('none');
  await home.store.create({ ...ref(place), ...keys, values: { A: 'a' } });
  expect(home.claims.ring.origin).toBe('generated');
  expect(statSync(join(folder.path, 'secrets.key')).mode & 0o777).toBe(0o600);
  await using again = await secretHome(database, { folder: folder.path });
  expect((await again.stored.read('db', 'default', place.workspace))?.values).toEqual({ A: 'a' });
});

test('a secret is kept encrypted, and what is shown of it holds no value', async () => {
  const place = await newPlace(database);
  const made = await home.store.create({ ...ref(place), ...keys, values: { PASSWORD: 'hunter22-hunter22' } });
  expect(made).toMatchObject({ name: 'db', level: 'workspace', version: 1, keys: ['PASSWORD'], createdBy: by });
  const tables = await database.dataSource.query(
    'SELECT (SELECT json_agg(s) FROM secret s) AS a, (SELECT json_agg(v) FROM secret_version v) AS b',
  );
  for (const text of [
    JSON.stringify(made),
    JSON.stringify(await home.store.list(place, { limit: 5 })),
    JSON.stringify(tables),
  ])
    expect(text).not.toContain('hunter22');
  expect((await home.stored.read('db', 'default', place.workspace))?.values).toEqual({ PASSWORD: 'hunter22-hunter22' });
  await expect(home.store.create({ ...ref(place), ...keys, values: { A: 'x' } })).rejects.toMatchObject({
    code: 'SECRET_EXISTS',
  });
});

test('a run gets its environment before `default`, and the workspace before the organisation', async () => {
  const place = await newPlace(database);
  const { organization, workspace } = place;
  const put = (where: object, environment: string, value: string) =>
    home.store.create({ ...ref(where, 'api', environment), ...keys, values: { KEY: value } });
  const read = async (environment: string) => (await home.stored.read('api', environment, workspace))?.values['KEY'];
  expect(await read('production')).toBeUndefined();
  await put({ organization }, 'default', 'organisation, default');
  expect(await read('production')).toBe('organisation, default');
  await put({ organization }, 'production', 'organisation, production');
  expect(await read('production')).toBe('organisation, production');
  await put(place, 'default', 'workspace, default');
  expect(await read('production')).toBe('workspace, default');
  await put(place, 'production', 'workspace, production');
  expect(await read('production')).toBe('workspace, production');
  expect(await read('development')).toBe('workspace, default');
  await home.environments.set(workspace, 'development', { description: 'no borrowing', fallsBack: false });
  expect(await read('development')).toBeUndefined();
  await home.environments.delete(workspace, 'development');
  expect(await read('development')).toBe('workspace, default');
  await expect(home.environments.delete(workspace, 'development')).rejects.toMatchObject({
    code: 'ENVIRONMENT_NOT_FOUND',
  });
});

test('nobody gets the secrets of another workspace, nor those of another organisation', async () => {
  const [mine, theirs] = [await newPlace(database), await newPlace(database)];
  await home.store.create({ ...ref(mine, 'own'), ...keys, values: { A: 'mine' } });
  await home.store.create({ ...ref({ organization: mine.organization }, 'shared'), ...keys, values: { A: 'mine' } });
  for (const name of ['own', 'shared']) {
    expect(await home.stored.read(name, 'default', theirs.workspace)).toBeUndefined();
    await expect(home.store.get(ref(theirs, name))).rejects.toMatchObject({ code: 'SECRET_NOT_FOUND' });
  }
  await expect(home.store.delete(ref(theirs, 'own'))).rejects.toMatchObject({ code: 'SECRET_NOT_FOUND' });
});

test('new values are a new version, and the one before can be restored', async () => {
  const place = await newPlace(database);
  const read = async () => (await home.stored.read('db', 'default', place.workspace))?.values;
  await home.store.create({ ...ref(place), ...keys, values: { USER: 'u', PASSWORD: 'one' } });
  await home.store.change(ref(place), { patch: { PASSWORD: 'two' }, by });
  expect(await read()).toEqual({ USER: 'u', PASSWORD: 'two' });
  await home.store.change(ref(place), { values: { PASSWORD: 'three' }, by, expectedVersion: 2 });
  expect(await read()).toEqual({ PASSWORD: 'three' });
  await expect(home.store.change(ref(place), { patch: {}, by, expectedVersion: 2 })).rejects.toMatchObject({
    code: 'SECRET_CHANGED',
  });
  expect(
    (await home.store.versions(ref(place))).map(({ version, backup, keys: names }) => [version, backup, names]),
  ).toEqual([
    [3, undefined, ['PASSWORD']],
    [2, 'previous', ['PASSWORD', 'USER']],
    [1, undefined, ['PASSWORD', 'USER']],
  ]);
  expect((await home.store.restore(ref(place), 'previous', 'grace')).version).toBe(4);
  expect(await read()).toEqual({ USER: 'u', PASSWORD: 'two' });
  expect((await home.store.get(ref(place))).updatedBy).toBe('grace');
  await expect(home.store.restore(ref(place), 99, by)).rejects.toMatchObject({ code: 'SECRET_VERSION_NOT_FOUND' });
  for (let count = 0; count < 10; count++)
    await home.store.change(ref(place), { patch: { PASSWORD: `v${count}` }, by });
  expect((await home.store.versions(ref(place))).length).toBe(10);
});

test('an encrypted value that is moved to another secret opens no more', async () => {
  const place = await newPlace(database);
  await home.store.create({ ...ref(place, 'cheap'), ...keys, values: { A: 'a' } });
  await home.store.create({ ...ref(place, 'dear'), ...keys, values: { A: 'b' } });
  await database.dataSource.query(
    `UPDATE secret_version SET payload = (SELECT payload FROM secret_version JOIN secret ON id = secret_id WHERE name = 'dear' AND workspace_id = $1)
      WHERE secret_id = (SELECT id FROM secret WHERE name = 'cheap' AND workspace_id = $1)`,
    [place.workspace],
  );
  await expect(home.stored.read('cheap', 'default', place.workspace)).rejects.toMatchObject({
    code: 'SECRETS_TOKEN_INVALID',
  });
  await home.store.delete(ref(place, 'cheap'));
});

test('when a secret was used is known, roughly', async () => {
  const place = await newPlace(database);
  await home.store.create({ ...ref(place), ...keys, values: { A: 'a' } });
  expect((await home.store.get(ref(place))).lastUsedAt).toBeUndefined();
  await home.stored.read('db', 'default', place.workspace);
  await home.uses.write();
  expect((await home.store.get(ref(place))).lastUsedAt).toBeDefined();
});

test('names, keys and sizes have limits', async () => {
  const place = await newPlace(database);
  const attempt = (name: string, values: Record<string, string>, environment = 'default') =>
    home.store.create({ ...ref(place, name, environment), ...keys, values });
  const big = { A: 'x'.repeat(70_000) };
  for (const wrong of [
    attempt('Big Name', { A: 'a' }),
    attempt('db', {}),
    attempt('db', { 'A-B': 'a' }),
    attempt('db', { A: '' }),
    attempt('db', big),
    attempt('db', { A: 'a' }, '../x'),
  ])
    await expect(wrong).rejects.toMatchObject({ code: 'SECRET_INVALID' });
});

test('variables fall back as secrets do, over those of the configuration', async () => {
  const place = await newPlace(database);
  const vars = (environment: string) => home.runVariables.resolve(environment, place.workspace);
  expect(await vars('production')).toEqual({ site: { name: 'configured' }, extra: 1 });
  await home.variables.set(ref({ organization: place.organization }, 'site'), { values: { name: 'org' }, by });
  expect(await vars('production')).toMatchObject({ site: { name: 'org' } });
  await home.variables.set(ref(place, 'site', 'production'), { values: { name: 'prod', max: 9007199254740993n }, by });
  expect(await vars('production')).toMatchObject({ site: { name: 'prod', max: 9007199254740993n } });
  expect(await vars('default')).toMatchObject({ site: { name: 'org' } });
  expect(vars('default')).not.toBeInstanceOf(Promise);
  await home.variables.set(ref(place, 'site', 'production'), { patch: new Map([['max', undefined]]), by });
  expect((await home.variables.get(ref(place, 'site', 'production'))).values).toEqual({ name: 'prod' });
  expect(await home.runVariables.names(place.workspace)).toEqual(['site', 'extra']);
  await home.variables.delete(ref(place, 'site', 'production'));
  await expect(home.variables.get(ref(place, 'site', 'production'))).rejects.toMatchObject({
    code: 'VARIABLE_NOT_FOUND',
  });
  await expect(home.variables.set(ref(place, 'No'), { values: {}, by })).rejects.toMatchObject({
    code: 'VARIABLE_INVALID',
  });
});

test('a host without the key of what is there does not start', async () => {
  await expect(secretHome(database, { keys: [newFernetKey()], folder: elsewhere() })).rejects.toMatchObject({
    code: 'SECRETS_KEY_MISMATCH',
  });
});

test('a key comes into use only when every living host has it; then all is encrypted again while others read', async () => {
  const place = await newPlace(database);
  await home.store.create({ ...ref(place), ...keys, values: { A: 'before' } });
  const next = newFernetKey();
  const newer = await secretHome(database, { keys: [next], folder: folder.path });
  const rotate = () => reencrypt(database.dataSource, newer.claims, { withinMs: 10_000 });
  await expect(rotate()).rejects.toMatchObject({ code: 'SECRETS_KEY_NOT_EVERYWHERE' });
  // What is new still uses the key that all have.
  await newer.store.change(ref(place), { patch: { A: 'meanwhile' }, by });
  home.forget();
  expect((await home.stored.read('db', 'default', place.workspace))?.values).toEqual({ A: 'meanwhile' });

  await home[Symbol.asyncDispose]();
  home = await secretHome(database, { keys: [madeKey(), next], folder: folder.path });
  expect(await rotate()).toMatchObject({ left: 0, unreadable: 0 });
  expect((await home.stored.read('db', 'default', place.workspace))?.values).toEqual({ A: 'meanwhile' });
  expect((await newer.claims.known()).map(({ values, current, held }) => [values > 0, current, held])).toEqual([
    [true, true, true],
    [false, false, true],
  ]);
  // The old key can go.
  await using last = await secretHome(database, { keys: [next], folder: elsewhere() });
  expect((await last.stored.read('db', 'default', place.workspace))?.values).toEqual({ A: 'meanwhile' });
  await newer[Symbol.asyncDispose]();
});

test('a rotation that is killed half-way is finished by the next, also by two hosts at once, and no read fails meanwhile', async () => {
  const place = await newPlace(database);
  const last = newFernetKey();
  const keys = [last, ...home.claims.ring.keys.map(({ key }) => Buffer.from(key).toString('base64url'))];
  await home[Symbol.asyncDispose]();
  home = await secretHome(database, { keys: [...keys.slice(1), last], folder: elsewhere() });
  await manySecrets(database, home, place, 3_000);
  let reads = 0;
  let rotating = true;
  const readers = Promise.all(
    Array.from({ length: 3 }, async (_, reader) => {
      for (let index = reader; rotating; index = (index + 7) % 3_000) {
        if (index % 50 === 0) home.forget();
        const found = await home.stored.read(`s${index}`, 'default', place.workspace);
        if (found?.values['A'] !== `s${index}`) throw new Error(`s${index} was not read`);
        reads++;
      }
    }),
  );
  const url = new URL('./key/rotate.fixture.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [url, database.url, keys.join(','), elsewhere()], {
    stdio: ['ignore', 'pipe', 2],
  });
  const done = async () => {
    const [row] = await database.dataSource.query(
      'SELECT count(*)::int AS done FROM secret_version WHERE key_id = (SELECT id FROM secret_key WHERE current)',
    );
    return row.done as number;
  };
  await once(child.stdout!, 'data');
  await expect.poll(done, { interval: 1, timeout: 20_000 }).toBeLessThan(3_000);
  await expect.poll(done, { interval: 1, timeout: 20_000 }).toBeGreaterThan(0);
  child.kill('SIGKILL');
  await once(child, 'close');
  const half = await done();
  await using newer = await secretHome(database, { keys, folder: elsewhere() });
  const rotate = () => reencrypt(database.dataSource, newer.claims, { withinMs: 20_000 });
  await Promise.all([rotate(), rotate()]);
  expect(await rotate()).toMatchObject({ left: 0, unreadable: 0 });
  rotating = false;
  await readers;
  expect(half).toBeLessThan(3_000);
  expect(reads).toBeGreaterThan(100);
});
