import { defineOAuthProvider } from '@backplane/sdk';
import { googleSignIn } from './google-sign-in.ts';

export const googleDocs = defineOAuthProvider({
  name: 'google_docs',
  title: 'Google Docs',
  summary: 'Documents.',
  ...googleSignIn,
  scopes: {
    known: {
      openid: 'Know that it is you',
      email: 'See your e-mail address',
      'https://www.googleapis.com/auth/documents.readonly': 'See documents',
      'https://www.googleapis.com/auth/documents': 'See, change, create and delete documents',
    },
    default: ['openid', 'email', 'https://www.googleapis.com/auth/documents'],
    service: ['https://www.googleapis.com/auth/documents'],
  },
  sendTokenTo: ['*.googleapis.com'],
});
