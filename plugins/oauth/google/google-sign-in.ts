import type { OAuthProviderSpec } from '@backplane/sdk';

/** What all services of Google have in common. */
export const googleSignIn = {
  docsUrl: 'https://developers.google.com/identity/protocols/oauth2',
  grants: ['authorization_code', 'client_credentials'],
  endpoints: {
    authorize: 'https://accounts.google.com/o/oauth2/v2/auth',
    token: 'https://oauth2.googleapis.com/token',
    revoke: 'https://oauth2.googleapis.com/revoke',
  },
  serviceGrant: 'jwt_bearer',
  clientAuth: 'post',
  parameters: {
    authorize: {
      access_type: 'offline',
      prompt: 'consent',
    },
  },
  account: {
    url: 'https://openidconnect.googleapis.com/v1/userinfo',
    id: '$.sub',
    label: '$.email',
  },
} as const satisfies Partial<OAuthProviderSpec>;
