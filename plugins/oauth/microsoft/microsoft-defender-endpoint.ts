import { defineOAuthProvider } from '@backplane/sdk';

export const microsoftDefenderEndpoint = defineOAuthProvider({
  name: 'microsoft_defender_endpoint',
  title: 'Microsoft Defender for Endpoint',
  summary: 'Machines, alerts and responses on them.',
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
  tokens: {
    rotates: true,
  },
});
