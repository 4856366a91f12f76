import { defineOAuthProvider } from '@backplane/sdk';
import { entraSignIn } from './entra-sign-in.ts';

export const microsoftEntra = defineOAuthProvider({
  name: 'microsoft_entra',
  title: 'Microsoft Entra ID',
  summary: 'Users, groups and sign-ins of the directory.',
  ...entraSignIn,
  scopes: {
    known: {
      openid: 'Know that it is you',
      profile: 'See your name',
      offline_access: 'Keep the access while you are away',
      'User.Read': 'See your profile',
      'User.ReadWrite.All': 'See and change all users',
      'Group.ReadWrite.All': 'See and change all groups',
      'Directory.Read.All': 'See the directory',
      'AuditLog.Read.All': 'Read the log of sign-ins and changes',
      'User.RevokeSessions.All': 'End the sessions of all users',
      'https://graph.microsoft.com/.default': 'Everything that an administrator has granted to the application',
    },
    default: [
      'openid',
      'profile',
      'offline_access',
      'User.Read',
      'User.ReadWrite.All',
      'Group.ReadWrite.All',
      'Directory.Read.All',
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
