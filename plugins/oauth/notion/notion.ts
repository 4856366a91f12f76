import { defineOAuthProvider } from '@backplane/sdk';

export const notion = defineOAuthProvider({
  name: 'notion',
  title: 'Notion',
  summary: 'Pages and databases that people share with Backplane.',
  docsUrl: 'https://developers.notion.com/docs/authorization',
  grants: ['authorization_code'],
  endpoints: {
    authorize: 'https://api.notion.com/v1/oauth/authorize',
    token: 'https://api.notion.com/v1/oauth/token',
    revoke: 'https://api.notion.com/v1/oauth/revoke',
  },
  pkce: 'none',
  tokenBody: 'json',
  scopes: {
    known: {},
    default: [],
  },
  sendTokenTo: ['api.notion.com'],
  parameters: {
    authorize: {
      owner: 'user',
    },
  },
});
