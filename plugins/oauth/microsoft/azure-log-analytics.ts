import { defineOAuthProvider } from '@backplane/sdk';

export const azureLogAnalytics = defineOAuthProvider({
  name: 'azure_log_analytics',
  title: 'Azure Log Analytics',
  summary: 'Queries over logs.',
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
      'https://api.loganalytics.io/Data.Read': 'Query logs in your name',
      'https://api.loganalytics.io/.default': 'Everything that an administrator has granted to the application',
    },
    default: ['openid', 'profile', 'offline_access', 'https://api.loganalytics.io/Data.Read'],
    service: ['https://api.loganalytics.io/.default'],
  },
  sendTokenTo: ['api.loganalytics.io', 'api.loganalytics.azure.com'],
  tokens: {
    rotates: true,
  },
});
