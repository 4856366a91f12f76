import { defineOAuthProvider } from '@backplane/sdk';
import { entraSignIn } from './entra-sign-in.ts';

export const microsoftSentinel = defineOAuthProvider({
  name: 'microsoft_sentinel',
  title: 'Microsoft Sentinel',
  summary: 'Incidents and rules of Sentinel.',
  ...entraSignIn,
  scopes: {
    known: {
      openid: 'Know that it is you',
      profile: 'See your name',
      offline_access: 'Keep the access while you are away',
      'https://management.azure.com/user_impersonation': 'Manage Azure resources in your name',
      'https://management.azure.com/.default': 'Everything that an administrator has granted to the application',
    },
    default: ['openid', 'profile', 'offline_access', 'https://management.azure.com/user_impersonation'],
    service: ['https://management.azure.com/.default'],
  },
  sendTokenTo: ['management.azure.com'],
});
