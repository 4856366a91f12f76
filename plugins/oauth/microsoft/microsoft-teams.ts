import { defineOAuthProvider } from '@backplane/sdk';
import { entraSignIn } from './entra-sign-in.ts';

export const microsoftTeams = defineOAuthProvider({
  name: 'microsoft_teams',
  title: 'Microsoft Teams',
  summary: 'Teams, channels and messages.',
  ...entraSignIn,
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
  account: {
    url: 'https://graph.microsoft.com/v1.0/me',
    id: '$.id',
    label: '$.userPrincipalName',
  },
});
