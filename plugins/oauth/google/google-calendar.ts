import { defineOAuthProvider } from '@backplane/sdk';
import { googleSignIn } from './google-sign-in.ts';

export const googleCalendar = defineOAuthProvider({
  name: 'google_calendar',
  title: 'Google Calendar',
  summary: 'Calendars and events.',
  ...googleSignIn,
  scopes: {
    known: {
      openid: 'Know that it is you',
      email: 'See your e-mail address',
      'https://www.googleapis.com/auth/calendar.readonly': 'See calendars and events',
      'https://www.googleapis.com/auth/calendar.events': 'See and change events',
      'https://www.googleapis.com/auth/calendar': 'See, change and delete calendars',
    },
    default: ['openid', 'email', 'https://www.googleapis.com/auth/calendar.events'],
    service: ['https://www.googleapis.com/auth/calendar.events'],
  },
  sendTokenTo: ['*.googleapis.com'],
});
