import { defineOAuthProvider } from '@backplane/sdk';
import { entraSignIn } from './entra-sign-in.ts';

export const microsoftDefenderXdr = defineOAuthProvider({
  name: 'microsoft_defender_xdr',
  title: 'Microsoft Defender XDR',
  summary: 'Incidents, alerts and hunting.',
  ...entraSignIn,
  scopes: {
    known: {
      openid: 'Know that it is you',
      profile: 'See your name',
      offline_access: 'Keep the access while you are away',
      'User.Read': 'See your profile',
      'SecurityIncident.ReadWrite.All': 'Read and change incidents',
      'SecurityAlert.ReadWrite.All': 'Read and change alerts',
      'ThreatHunting.Read.All': 'Run hunting queries',
      'https://graph.microsoft.com/.default': 'Everything that an administrator has granted to the application',
    },
    default: [
      'openid',
      'profile',
      'offline_access',
      'User.Read',
      'SecurityIncident.ReadWrite.All',
      'SecurityAlert.ReadWrite.All',
      'ThreatHunting.Read.All',
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
