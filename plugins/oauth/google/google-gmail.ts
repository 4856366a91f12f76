import { defineOAuthProvider } from '@backplane/sdk';
import { googleSignIn } from './google-sign-in.ts';

export const googleGmail = defineOAuthProvider({
  name: 'google_gmail',
  title: 'Gmail',
  summary: 'Mail in Gmail.',
  ...googleSignIn,
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
});
