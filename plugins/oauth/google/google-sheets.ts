import { defineOAuthProvider } from '@backplane/sdk';

export const googleSheets = defineOAuthProvider({
  name: 'google_sheets',
  title: 'Google Sheets',
  summary: 'Spreadsheets.',
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
      'https://www.googleapis.com/auth/spreadsheets.readonly': 'See spreadsheets',
      'https://www.googleapis.com/auth/spreadsheets': 'See, change, create and delete spreadsheets',
    },
    default: ['openid', 'email', 'https://www.googleapis.com/auth/spreadsheets'],
    service: ['https://www.googleapis.com/auth/spreadsheets'],
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
