import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../storage/database.ts';
import { silentLog } from '../storage/silent-log.fixture.ts';
import { embeddedDatabase } from '../storage/test-database.fixture.ts';
import { newFernetKey } from './fernet.ts';
import { createHostSecrets } from './host-secrets.ts';
import { reencrypt } from './key/reencrypt.ts';
import { secretHome } from './secret-home.fixture.ts';

let database: Database;
beforeAll(async () => {
  database = await embeddedDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  for (const table of ['host_secret', 'secret_key', 'secret_key_holder'])
    await database.dataSource.query(`DELETE FROM ${table}`);
});

const folder = () => mkdtempSync(join(tmpdir(), 'bp-host-secrets-'));
const inClear = async () =>
  (await database.dataSource.query('SELECT payload FROM host_secret')).map((row: { payload: string }) => row.payload);

/** A host with these keys; what it warns of. */
async function openHost({ keys = [] as string[], alone = false, exposed = false, at = folder() } = {}) {
  const home = await secretHome(database, { keys, folder: at });
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (message: string) => void warnings.push(message) };
  const secrets = createHostSecrets({
    source: database.dataSource,
    claims: home.claims,
    alone,
    exposed,
    log,
  });
  return { ...home, warnings, root: () => secrets.get('sessions.key') };
}

test('what the database holds of it tells nothing to whoever has the database alone', async () => {
  await using host = await openHost({ keys: [newFernetKey()] });
  const root = await host.root();
  expect(Buffer.from(root, 'base64url')).toHaveLength(32);
  expect(await inClear()).toEqual([expect.stringMatching(/^gAAAA/)]);
  expect((await inClear()).join()).not.toContain(root);
  expect(host.warnings).toEqual([]);
});

test('every host with the key has the same, and one without it does not start', async () => {
  const key = newFernetKey();
  await using one = await openHost({ keys: [key] });
  await using two = await openHost({ keys: [key] });
  const [a, b] = await Promise.all([one.root(), two.root()]);
  expect(a).toBe(b);
  await expect(openHost({ keys: [newFernetKey()] })).rejects.toMatchObject({ code: 'SECRETS_KEY_MISMATCH' });
});

test('a host that is alone makes a key in its folder, and finds it again', async () => {
  const at = folder();
  let root: string;
  {
    await using host = await openHost({ alone: true, at });
    root = await host.root();
  }
  await using again = await openHost({ alone: true, at });
  expect(await again.root()).toBe(root);
  expect((await inClear()).join()).not.toContain(root);
});

test('hosts that were given no key share it in the clear with a warning, and seal it once they have one', async () => {
  let root: string;
  {
    await using one = await openHost();
    await using two = await openHost({ exposed: true });
    root = await one.root();
    expect(await two.root()).toBe(root);
    expect(one.warnings).toEqual([]);
    expect(two.warnings).toEqual([expect.stringContaining('BACKPLANE_SECRETS_KEYS')]);
    expect(await inClear()).toEqual([root]);
  }
  await using keyed = await openHost({ keys: [newFernetKey()] });
  expect(await keyed.root()).toBe(root);
  expect((await inClear()).join()).not.toContain(root);
});

test('a new key takes it over', async () => {
  const [old, next] = [newFernetKey(), newFernetKey()];
  let root: string;
  {
    await using host = await openHost({ keys: [old] });
    root = await host.root();
  }
  {
    await using host = await openHost({ keys: [next, old] });
    expect(await reencrypt(database.dataSource, host.claims, { withinMs: 5_000 })).toMatchObject({
      changed: 1,
      left: 0,
    });
  }
  await using host = await openHost({ keys: [next] });
  expect(await host.root()).toBe(root);
});
