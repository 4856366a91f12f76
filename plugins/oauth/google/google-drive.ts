import { defineOAuthProvider } from '@backplane/sdk';

export const googleDrive = defineOAuthProvider({
  name: 'google_drive',
  title: 'Google Drive',
  summary: 'Files in Google Drive.',
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
      'https://www.googleapis.com/auth/drive.readonly': 'See and download all files',
      'https://www.googleapis.com/auth/drive.file': 'See and change the files opened or made with Backplane',
      'https://www.googleapis.com/auth/drive': 'See, change, create and delete all files',
    },
    default: ['openid', 'email', 'https://www.googleapis.com/auth/drive'],
    service: ['https://www.googleapis.com/auth/drive'],
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
