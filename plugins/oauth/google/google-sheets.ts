import { defineOAuthProvider } from '@backplane/sdk';
import { googleSignIn } from './google-sign-in.ts';

export const googleSheets = defineOAuthProvider({
  name: 'google_sheets',
  title: 'Google Sheets',
  summary: 'Spreadsheets.',
  ...googleSignIn,
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
});
