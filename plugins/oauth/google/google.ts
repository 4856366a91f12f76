import { defineOAuthProvider } from '@backplane/sdk';

export const google = defineOAuthProvider({
  name: 'google',
  title: 'Google',
  summary: 'Any API of Google Cloud and Workspace.',
  docsUrl: 'https://developers.google.com/identity/protocols/oauth2',
  grants: ['authorization_code', 'client_credentials'],
  endpoints: {
    authorize: 'https://accounts.google.com/o/oauth2/v2/auth',
    token: 'https://oauth2.googleapis.com/token',
    revoke: 'https://oauth2.googleapis.com/revoke',
  },
  serviceGrant: 'jwt_bearer',
  clientAuth: 'post',
  scopes: {
    known: {
      openid: 'Know that it is you',
      email: 'See your e-mail address',
      'https://www.googleapis.com/auth/cloud-platform.read-only': 'See your data across Google Cloud',
      'https://www.googleapis.com/auth/cloud-platform': 'See, change and delete your data across Google Cloud',
    },
    default: ['openid', 'email', 'https://www.googleapis.com/auth/cloud-platform.read-only'],
    service: ['https://www.googleapis.com/auth/cloud-platform.read-only'],
  },
  sendTokenTo: ['*.googleapis.com'],
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
});
