import { defineOAuthProvider } from '@backplane/sdk';

export const googleGmail = defineOAuthProvider({
  name: 'google_gmail',
  title: 'Gmail',
  summary: 'Mail in Gmail.',
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
      'https://www.googleapis.com/auth/gmail.readonly': 'Read mail and settings',
      'https://www.googleapis.com/auth/gmail.modify': 'Read, write, label and bin mail',
      'https://www.googleapis.com/auth/gmail.send': 'Send mail in your name',
      'https://mail.google.com/': 'Read, write, send and delete all mail for good',
    },
    default: ['openid', 'email', 'https://www.googleapis.com/auth/gmail.modify'],
    service: ['https://www.googleapis.com/auth/gmail.modify'],
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
