import { defineOAuthProvider } from '@backplane/sdk';

export const linear = defineOAuthProvider({
  name: 'linear',
  title: 'Linear',
  summary: 'Issues and projects.',
  docsUrl: 'https://linear.app/developers/oauth-2-0-authentication',
  grants: ['authorization_code', 'client_credentials'],
  endpoints: {
    authorize: 'https://linear.app/oauth/authorize',
    token: 'https://api.linear.app/oauth/token',
    revoke: 'https://api.linear.app/oauth/revoke',
  },
  clientAuth: 'post',
  scopes: {
    known: {
      read: 'See everything you can see',
      write: 'Change everything you can change',
      'issues:create': 'Create issues',
      'comments:create': 'Write comments',
      admin: 'Administer the workspace',
    },
    default: ['read', 'write'],
    separator: ',',
  },
  sendTokenTo: ['api.linear.app'],
  parameters: {
    authorize: {
      prompt: 'consent',
    },
  },
});
