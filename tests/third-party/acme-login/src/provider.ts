import { defineOAuthProvider } from '@backplane/sdk';

export const provider = defineOAuthProvider({
  name: 'acme_login',
  title: 'Acme',
  summary: 'Tickets of Acme.',
  grants: ['authorization_code', 'client_credentials'],
  settings: { tenant: { title: 'Your tenant', pattern: '[a-z0-9-]+' } },
  endpoints: {
    authorize: 'https://{tenant}.acme.example/authorize',
    token: 'https://{tenant}.acme.example/token',
    revoke: 'https://{tenant}.acme.example/revoke',
  },
  scopes: {
    known: { 'tickets:read': 'Read tickets', 'tickets:write': 'Open and change tickets' },
    default: ['tickets:read'],
  },
  sendTokenTo: ['{tenant}.acme.example', 'api.acme.example'],
  tokens: { rotates: true },
});
