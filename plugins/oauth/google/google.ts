import { defineOAuthProvider } from '@backplane/sdk';
import { googleSignIn } from './google-sign-in.ts';

export const google = defineOAuthProvider({
  name: 'google',
  title: 'Google',
  summary: 'Any API of Google Cloud and Workspace.',
  ...googleSignIn,
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
});
