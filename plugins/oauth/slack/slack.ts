import { defineOAuthProvider } from '@backplane/sdk';

export const slack = defineOAuthProvider({
  name: 'slack',
  title: 'Slack',
  summary: 'Messages and channels, as the bot of your Slack app.',
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
      'chat:write': 'Send messages as the bot',
      'chat:write.public': 'Send messages to channels that the bot has not joined',
      'channels:read': 'See public channels',
      'channels:history': 'Read messages of public channels that the bot has joined',
      'groups:read': 'See private channels that the bot has joined',
      'users:read': 'See people',
      'users:read.email': 'See the e-mail addresses of people',
      'files:write': 'Upload files',
      'reactions:write': 'Add reactions',
    },
    default: ['chat:write', 'channels:read', 'users:read'],
    separator: ',',
  },
  sendTokenTo: ['slack.com', 'files.slack.com'],
  account: {
    url: 'https://slack.com/api/auth.test',
    id: '$.user_id',
    label: '$.user',
  },
});
