import { defineOAuthProvider } from '@backplane/sdk';
import { googleSignIn } from './google-sign-in.ts';

export const googleDrive = defineOAuthProvider({
  name: 'google_drive',
  title: 'Google Drive',
  summary: 'Files in Google Drive.',
  ...googleSignIn,
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
});
