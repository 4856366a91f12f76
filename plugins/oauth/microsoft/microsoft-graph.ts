import { defineOAuthProvider } from '@backplane/sdk';
import { entraSignIn } from './entra-sign-in.ts';

export const microsoftGraph = defineOAuthProvider({
  name: 'microsoft_graph',
  title: 'Microsoft Graph',
  summary: 'Users, mail, files and everything else behind Microsoft Graph.',
  ...entraSignIn,
  scopes: {
    known: {
      openid: 'Know that it is you',
      profile: 'See your name',
      offline_access: 'Keep the access while you are away',
      'User.Read': 'See your profile',
      'User.Read.All': 'See the profiles of all users',
      'Mail.ReadWrite': 'Read and change your mail',
      'Mail.Send': 'Send mail in your name',
      'Files.ReadWrite.All': 'Read and change all files you can reach',
      'Calendars.ReadWrite': 'Read and change your calendars',
      'https://graph.microsoft.com/.default': 'Everything that an administrator has granted to the application',
    },
    default: ['openid', 'profile', 'offline_access', 'User.Read'],
    service: ['https://graph.microsoft.com/.default'],
  },
  sendTokenTo: ['graph.microsoft.com'],
  account: {
    url: 'https://graph.microsoft.com/v1.0/me',
    id: '$.id',
    label: '$.userPrincipalName',
  },
});
