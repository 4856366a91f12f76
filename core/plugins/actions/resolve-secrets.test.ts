import { expect, test } from 'vitest';
import { hosted, invocation } from './invocation.fixture.ts';

const uses = ['secrets'];
const token = { type: 'custom', name: 'acme', keys: ['TOKEN'], optionalKeys: ['REGION'] };
const run = ({ secrets }: { secrets: unknown }) => secrets;

test('an action gets the keys it declares and no others', async () => {
  const secrets = { acme: { TOKEN: 't', REGION: 'eu', OTHER: 'x' }, somebody: { ELSE: 'y' } };
  const seen: string[] = [];
  const onSecret = (value: string) => seen.push(value);
  expect(await hosted({ uses, secrets: [token], run }).run(invocation({}, { secrets, onSecret }))).toEqual({
    acme: { TOKEN: 't', REGION: 'eu' },
  });
  expect(seen).toEqual(['t', 'eu']);
});

test('missing ones are named with key and place', async () => {
  const oauth = { type: 'oauth', providerId: 'google', grantType: 'client_credentials' };
  await expect(hosted({ uses, secrets: [token, oauth], run }).run(invocation({}))).rejects.toMatchObject({
    code: 'ACTION_SECRET_MISSING',
    message: expect.stringContaining('acme.TOKEN`, `google_oauth.GOOGLE_SERVICE_TOKEN'),
    facts: {
      remedy: expect.stringContaining('config/backplane.yaml'),
      details: { missing: ['acme.TOKEN', 'google_oauth.GOOGLE_SERVICE_TOKEN'] },
    },
  });
});

test('an optional secret may be absent, but not half there', async () => {
  const optional = { ...token, keys: ['TOKEN', 'USER'], optional: true };
  const action = hosted({ uses, secrets: [optional], run });
  expect(await action.run(invocation({}))).toEqual({});
  await expect(action.run(invocation({}, { secrets: { acme: { TOKEN: 't' } } }))).rejects.toThrow('acme.USER');
});

test('names that objects inherit are no secrets', async () => {
  const odd = { ...token, name: 'constructor', keys: ['name'], optionalKeys: [] };
  await expect(hosted({ uses, secrets: [odd], run }).run(invocation({}))).rejects.toThrow('constructor.name');
});
