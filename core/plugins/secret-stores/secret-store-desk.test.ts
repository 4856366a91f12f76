import { BackplaneError, defineSecretStore } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { silent } from '../actions/invocation.fixture.ts';
import { ContributionBoard, type MountOwner } from '../contributions/contribution-board.ts';
import { readMounted } from '../contributions/read-mounted.ts';
import { SecretStoreDesk } from './secret-store-desk.ts';
import type { StoreSetting } from './store-setting.ts';

const asked = (name: string) => ({ name, environment: 'production', workspace: 'w' });
const never = new AbortController().signal;

function desk(read: (name: string) => Promise<unknown>, setting: Partial<StoreSetting> = {}) {
  const board = new ContributionBoard();
  const seen: string[] = [];
  const value = defineSecretStore({
    name: 'acme-vault',
    title: 'Vault',
    summary: 'Keeps.',
    config: z.strictObject({ address: z.string() }),
    open: ({ config }) => {
      seen.push(`open ${config.address}`);
      return {
        read: (name) => {
          seen.push(name);
          return read(name) as never;
        },
        close: async () => void seen.push('closed'),
      };
    },
  });
  const owner = { id: 'acme', ports: {}, log: silent, signal: never } as unknown as MountOwner;
  const mounted = readMounted({ id: 'acme', capabilities: {} } as never, [
    { kind: 'secret-store', name: 'acme-vault', value: value as never },
  ]);
  const posted = board.post(owner, mounted);
  const all = { use: 'acme-vault', config: { address: 'here' }, prefix: '', path: '{environment}/{name}' };
  const settings = { vault: { ...all, timeoutSeconds: 0.05, cacheSeconds: 60, ...setting } };
  return { stores: new SecretStoreDesk(board, settings), posted, seen };
}

test('a secret is read where its name leads, once while it is remembered, and the store goes with its plugin', async () => {
  const { stores, posted, seen } = desk(async () => ({ values: { KEY: 'v' }, version: '1' }), { prefix: 'vault_' });
  expect(await stores.read(asked('vault_db'))).toEqual({ values: { KEY: 'v' }, store: 'vault' });
  await stores.read(asked('vault_db'));
  expect(await stores.read(asked('other'))).toBeUndefined();
  expect(seen).toEqual(['open here', 'production/db']);
  posted[Symbol.dispose]();
  await expect.poll(() => seen.at(-1)).toBe('closed');
  await expect(stores.read(asked('vault_db'))).rejects.toMatchObject({ code: 'SECRET_STORE_UNKNOWN' });
});

test('what a store does not have is absent', async () => {
  expect(await desk(async () => undefined).stores.read(asked('db'))).toBeUndefined();
});

test('an answer that has expired is asked for again', async () => {
  const { stores, seen } = desk(async () => ({ values: { KEY: 'v' }, version: '1', expiresAt: 1 }));
  await stores.read(asked('db'));
  await stores.read(asked('db'));
  expect(seen).toEqual(['open here', 'production/db', 'production/db']);
});

test.each([
  ['fails', () => Promise.reject(new Error('no route')), 'no route'],
  ['says nothing', () => new Promise(() => {}), 'no answer within 0.05 s'],
  ['gives what is no secret', async () => ({ values: { KEY: 1 } }), 'no `values`'],
])('a store that %s is an error, never an empty answer', async (_what, read, problem) => {
  await expect(desk(read).stores.read(asked('db'))).rejects.toMatchObject({
    code: 'SECRET_STORE_FAILED',
    message: expect.stringContaining(problem),
  });
});

test('a store with wrong settings is an error that does not tell them', async () => {
  const { stores } = desk(async () => undefined, { config: { adress: 'my-token' } });
  const error = await stores.read(asked('db')).catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'SECRET_STORE_FAILED' });
  expect(error.message).not.toContain('my-token');
});

test('a coded refusal of the store comes through', async () => {
  const refused = new BackplaneError('VAULT_DENIED', 'no', {
    status: 403,
    blame: 'credential',
    retry: 'never',
    remedy: 'r',
  });
  await expect(desk(() => Promise.reject(refused)).stores.read(asked('db'))).rejects.toMatchObject({
    code: 'VAULT_DENIED',
  });
});
