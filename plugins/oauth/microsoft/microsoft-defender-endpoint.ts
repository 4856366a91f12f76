import { defineOAuthProvider } from '@backplane/sdk';
import { entraSignIn } from './entra-sign-in.ts';

export const microsoftDefenderEndpoint = defineOAuthProvider({
  name: 'microsoft_defender_endpoint',
  title: 'Microsoft Defender for Endpoint',
  summary: 'Machines, alerts and responses on them.',
  ...entraSignIn,
  scopes: {
    known: {
      openid: 'Know that it is you',
      profile: 'See your name',
      offline_access: 'Keep the access while you are away',
      'https://api.securitycenter.microsoft.com/Alert.ReadWrite': 'Read and change alerts',
      'https://api.securitycenter.microsoft.com/Machine.Isolate': 'Isolate machines',
      'https://api.securitycenter.microsoft.com/Machine.Read': 'See machines',
      'https://api.securitycenter.microsoft.com/.default':
        'Everything that an administrator has granted to the application',
    },
    default: [
      'openid',
      'profile',
      'offline_access',
      'https://api.securitycenter.microsoft.com/Alert.ReadWrite',
      'https://api.securitycenter.microsoft.com/Machine.Read',
    ],
    service: ['https://api.securitycenter.microsoft.com/.default'],
  },
  sendTokenTo: ['api.securitycenter.microsoft.com', 'api.security.microsoft.com', '*.securitycenter.microsoft.com'],
});
