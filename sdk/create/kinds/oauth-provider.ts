import { type KindScaffold, snake } from './kind-scaffold.ts';

/** An OAuth provider is data; the flow is the host's. */
export const oauthProvider: KindScaffold = {
  summary: 'where people sign in, so that the host keeps their tokens',
  module: 'provider',
  exportName: 'provider',
  contributes: ({ id }) => ({ oauthProviders: [snake(id)] }),
  sources: ({ id, extension }) => ({
    provider: `import { defineOAuthProvider } from '@backplane/sdk';

export const provider = defineOAuthProvider({
  name: '${snake(id)}',
  title: '${id}',
  summary: 'Signs in at ${id}.',
  grants: ['authorization_code'],
  endpoints: {
    authorize: 'https://id.${id}.example/authorize',
    token: 'https://id.${id}.example/token',
  },
  pkce: 'S256',
  scopes: {
    known: { 'tickets:read': 'Read tickets' },
    default: ['tickets:read'],
  },
  sendTokenTo: ['api.${id}.example'],
});
`,
    'provider.test': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { provider } from './provider.${extension}';

test('every default scope is explained', () => {
  for (const scope of provider.scopes.default) assert.ok(provider.scopes.known[scope], scope);
});

test('tokens are asked for over https only', () => {
  for (const address of Object.values(provider.endpoints)) assert.equal(new URL(address).protocol, 'https:');
});
`,
  }),
  usage: ({ id }) =>
    `Correct the addresses in \`src/provider.*\`. Then people connect an account of \`${snake(id)}\` in the console, and actions name it as their connection.`,
};
