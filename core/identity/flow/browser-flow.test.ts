import { expect, test } from 'vitest';
import { createBrowserFlows, type Flow } from './browser-flow.ts';
import { createSealer } from './sealed-text.ts';

const sealer = createSealer(async () => new Uint8Array(32).fill(1));
const flow: Flow = { provider: 'oidc:a', returnTo: '/x', state: 's1', nonce: 'n', verifier: 'v' };
const REFUSED = { code: 'SIGN_IN_FLOW_INVALID' };

function flows() {
  const seen = new Set<string>();
  return createBrowserFlows(sealer, { setIfAbsent: async (key) => !seen.has(key) && seen.add(key).has(key) });
}

test('a flow ends in the browser in which it began', async () => {
  const all = flows();
  expect(await all.end(await all.begin(flow), 'oidc:a', 's1')).toEqual(flow);
});

test('the cookie tells nobody what is in it', async () => {
  expect(Buffer.from(await flows().begin(flow), 'base64url').toString('latin1')).not.toContain('oidc:a');
});

/** Not at the end, where some bits mean nothing. */
const otherwise = (cookie: string) => `${cookie.slice(0, -4)}${cookie.at(-4) === 'A' ? 'B' : 'A'}${cookie.slice(-3)}`;

test.each<[string, (cookie: string) => [string | undefined, string, string | undefined]]>([
  ['without the cookie', () => [undefined, 'oidc:a', 's1']],
  ['with a cookie that was changed', (cookie) => [otherwise(cookie), 'oidc:a', 's1']],
  ['with the state of somebody else', (cookie) => [cookie, 'oidc:a', 's2']],
  ['without a state', (cookie) => [cookie, 'oidc:a', undefined]],
  ['at another provider', (cookie) => [cookie, 'oidc:b', 's1']],
])('it does not end %s', async (_how, given) => {
  const all = flows();
  await expect(all.end(...given(await all.begin(flow)))).rejects.toMatchObject(REFUSED);
});

test('it ends once', async () => {
  const all = flows();
  const cookie = await all.begin(flow);
  await all.end(cookie, 'oidc:a', 's1');
  await expect(all.end(cookie, 'oidc:a', 's1')).rejects.toMatchObject(REFUSED);
});

test('what was sealed for one purpose does not open for another', async () => {
  expect(await sealer.open('other', await sealer.seal('one', {}, 60))).toBeUndefined();
});

test('what was sealed opens until its end', async () => {
  expect(await sealer.open('one', await sealer.seal('one', {}, -1))).toBeUndefined();
});
