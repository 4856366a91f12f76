import { defineOAuthProvider } from '@backplane/sdk';

export const microsoftTeams = defineOAuthProvider({
  name: 'microsoft_teams',
  title: 'Microsoft Teams',
  summary: 'Teams, channels and messages.',
  docsUrl: 'https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow',
  grants: ['authorization_code', 'client_credentials', 'device_code'],
  settings: {
    tenant: {
      title: 'Directory (tenant) id or domain; `client_credentials` needs the real one',
      pattern: '[A-Za-z0-9][A-Za-z0-9.-]*',
      default: 'organizations',
    },
  },
  endpoints: {
    authorize: 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize',
    token: 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token',
    device: 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/devicecode',
  },
  clientAuth: 'post',
  scopes: {
    known: {
      openid: 'Know that it is you',
      profile: 'See your name',
      offline_access: 'Keep the access while you are away',
      'User.Read': 'See your profile',
      'Team.ReadBasic.All': 'See the names of teams',
      'Channel.ReadBasic.All': 'See the names of channels',
      'ChannelMessage.Send': 'Send messages to channels in your name',
      'Chat.ReadWrite': 'Read and write your chats',
      'ChannelMessage.Read.All': 'Read the messages of channels',
      'https://graph.microsoft.com/.default': 'Everything that an administrator has granted to the application',
    },
    default: [
      'openid',
      'profile',
      'offline_access',
      'User.Read',
      'Team.ReadBasic.All',
      'Channel.ReadBasic.All',
      'ChannelMessage.Send',
      'Chat.ReadWrite',
    ],
    service: ['https://graph.microsoft.com/.default'],
  },
  sendTokenTo: ['graph.microsoft.com'],
  tokens: {
    rotates: true,
  },
  account: {
    url: 'https://graph.microsoft.com/v1.0/me',
    id: '$.id',
    label: '$.userPrincipalName',
  },
});
