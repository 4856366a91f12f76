import type { OAuthProviderSpec } from '@backplane/sdk';

/** What all services behind Microsoft Entra have in common. */
export const entraSignIn = {
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
  tokens: {
    rotates: true,
  },
} as const satisfies Partial<OAuthProviderSpec>;
