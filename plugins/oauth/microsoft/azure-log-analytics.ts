import { defineOAuthProvider } from '@backplane/sdk';
import { entraSignIn } from './entra-sign-in.ts';

export const azureLogAnalytics = defineOAuthProvider({
  name: 'azure_log_analytics',
  title: 'Azure Log Analytics',
  summary: 'Queries over logs.',
  ...entraSignIn,
  scopes: {
    known: {
      openid: 'Know that it is you',
      profile: 'See your name',
      offline_access: 'Keep the access while you are away',
      'https://api.loganalytics.io/Data.Read': 'Query logs in your name',
      'https://api.loganalytics.io/.default': 'Everything that an administrator has granted to the application',
    },
    default: ['openid', 'profile', 'offline_access', 'https://api.loganalytics.io/Data.Read'],
    service: ['https://api.loganalytics.io/.default'],
  },
  sendTokenTo: ['api.loganalytics.io', 'api.loganalytics.azure.com'],
});
