import { defineOAuthProvider } from '@backplane/sdk';
import { entraSignIn } from './entra-sign-in.ts';

export const microsoftOutlook = defineOAuthProvider({
  name: 'microsoft_outlook',
  title: 'Microsoft Outlook',
  summary: 'Mail and calendars of Office 365.',
  ...entraSignIn,
  scopes: {
    known: {
      openid: 'Know that it is you',
      profile: 'See your name',
      offline_access: 'Keep the access while you are away',
      'User.Read': 'See your profile',
      'Mail.ReadWrite': 'Read and change your mail',
      'Mail.Send': 'Send mail in your name',
      'Calendars.ReadWrite': 'Read and change your calendars',
      'https://graph.microsoft.com/.default': 'Everything that an administrator has granted to the application',
    },
    default: ['openid', 'profile', 'offline_access', 'User.Read', 'Mail.ReadWrite', 'Mail.Send', 'Calendars.ReadWrite'],
    service: ['https://graph.microsoft.com/.default'],
  },
  sendTokenTo: ['graph.microsoft.com'],
  account: {
    url: 'https://graph.microsoft.com/v1.0/me',
    id: '$.id',
    label: '$.userPrincipalName',
  },
});
