import { defineOAuthProvider } from '@backplane/sdk';

export const slackUser = defineOAuthProvider({
  name: 'slack_user',
  title: 'Slack (as a person)',
  summary: 'Messages and channels, in your own name.',
  docsUrl: 'https://docs.slack.dev/authentication/installing-with-oauth',
  grants: ['authorization_code'],
  endpoints: {
    authorize: 'https://slack.com/oauth/v2/authorize',
    token: 'https://slack.com/api/oauth.v2.access',
  },
  pkce: 'none',
  clientAuth: 'post',
  scopes: {
    known: {
      'chat:write': 'Send messages in your name',
      'channels:read': 'See public channels',
      'channels:history': 'Read messages of your public channels',
      'groups:read': 'See your private channels',
      'users:read': 'See people',
      'users:read.email': 'See the e-mail addresses of people',
      'search:read': 'Search what you can see',
    },
    default: ['chat:write', 'channels:read', 'users:read'],
    separator: ',',
  },
  sendTokenTo: ['slack.com', 'files.slack.com'],
  parameters: {
    scope: 'user_scope',
  },
  tokens: {
    at: 'authed_user',
  },
  account: {
    url: 'https://slack.com/api/auth.test',
    id: '$.user_id',
    label: '$.user',
  },
});
