import { defineOAuthProvider } from '@backplane/sdk';

export const atlassian = defineOAuthProvider({
  name: 'atlassian',
  title: 'Atlassian',
  summary: 'Jira and Confluence in the Atlassian cloud.',
  docsUrl: 'https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/',
  grants: ['authorization_code'],
  endpoints: {
    authorize: 'https://auth.atlassian.com/authorize',
    token: 'https://auth.atlassian.com/oauth/token',
  },
  pkce: 'none',
  clientAuth: 'post',
  scopes: {
    known: {
      'read:me': 'See your profile',
      offline_access: 'Keep the access while you are away',
      'read:jira-work': 'See issues and projects',
      'write:jira-work': 'Create and change issues',
      'read:jira-user': 'See people in Jira',
      'manage:jira-webhook': 'Manage webhooks of Jira',
      'read:confluence-content.all': 'Read pages',
      'write:confluence-content': 'Write pages',
      'read:servicedesk-request': 'See requests of the service desk',
      'write:servicedesk-request': 'Create and change requests of the service desk',
    },
    default: ['read:me', 'offline_access', 'read:jira-work', 'write:jira-work', 'read:jira-user'],
  },
  sendTokenTo: ['api.atlassian.com'],
  parameters: {
    authorize: {
      audience: 'api.atlassian.com',
      prompt: 'consent',
    },
  },
  tokens: {
    rotates: true,
  },
  account: {
    url: 'https://api.atlassian.com/me',
    id: '$.account_id',
    label: '$.email',
  },
});
