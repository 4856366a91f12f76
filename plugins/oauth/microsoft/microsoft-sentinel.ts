import { defineOAuthProvider } from '@backplane/sdk';

export const microsoftSentinel = defineOAuthProvider({
  name: 'microsoft_sentinel',
  title: 'Microsoft Sentinel',
  summary: 'Incidents and rules of Sentinel.',
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
      'https://management.azure.com/user_impersonation': 'Manage Azure resources in your name',
      'https://management.azure.com/.default': 'Everything that an administrator has granted to the application',
    },
    default: ['openid', 'profile', 'offline_access', 'https://management.azure.com/user_impersonation'],
    service: ['https://management.azure.com/.default'],
  },
  sendTokenTo: ['management.azure.com'],
  tokens: {
    rotates: true,
  },
});
