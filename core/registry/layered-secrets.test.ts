import type { SecretRequirement } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { configuredLayer, layeredSecrets, type SecretLayer } from './layered-secrets.ts';

const asked = (name: string, keys: string[] = ['A']): SecretRequirement => {
  return { type: 'custom', name, keys, optionalKeys: [], optional: false, secretType: 'custom' };
};
const layer = (from: string, secrets: Record<string, Record<string, string>>): SecretLayer => ({
  read: async (name) => (secrets[name] === undefined ? undefined : { values: secrets[name], from }),
});

test('the first place that has a secret gives all of it, and keys of two places are not mixed', async () => {
  const source = layeredSecrets(
    [layer('workspace', { db: { A: 'mine' } }), configuredLayer({ db: { A: 'theirs', B: 'b' }, other: { A: 'o' } })],
    'w',
  );
  expect(await source.resolve([asked('db', ['A', 'B']), asked('other'), asked('none')], 'default')).toEqual({
    db: { A: 'mine' },
    other: { A: 'o' },
  });
  expect((await source.locate('other', { environment: 'default', workspace: 'w' }))?.from).toBe('config');
});

test("a user's and a service's token may come from different places", async () => {
  const token = (grantType: 'authorization_code' | 'client_credentials'): SecretRequirement => {
    return { type: 'oauth', providerId: 'acme', grantType, optional: true };
  };
  const source = layeredSecrets(
    [layer('one', { acme_oauth: { ACME_USER_TOKEN: 'u' } }), layer('two', { acme_oauth: { ACME_SERVICE_TOKEN: 's' } })],
    'w',
  );
  expect(await source.resolve([token('authorization_code'), token('client_credentials')], 'default')).toEqual({
    acme_oauth: { ACME_USER_TOKEN: 'u', ACME_SERVICE_TOKEN: 's' },
  });
});

test('a place that cannot answer is an error, and no later place is asked', async () => {
  const broken: SecretLayer = { read: () => Promise.reject(new Error('away')) };
  await expect(
    layeredSecrets([broken, configuredLayer({ db: { A: 'a' } })], 'w').resolve([asked('db')], 'default'),
  ).rejects.toThrow('away');
});

test('the default workspace is asked where a run names none', async () => {
  const seen: string[] = [];
  const source = layeredSecrets([{ read: async (_, { workspace }) => void seen.push(workspace) as undefined }], 'home');
  await source.resolve([asked('a')], 'default');
  await source.resolve([asked('a')], 'default', 'elsewhere');
  expect(seen).toEqual(['home', 'elsewhere']);
});
