import { defineOAuthProvider } from '@backplane/sdk';

export const googleCalendar = defineOAuthProvider({
  name: 'google_calendar',
  title: 'Google Calendar',
  summary: 'Calendars and events.',
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
      'https://www.googleapis.com/auth/calendar.readonly': 'See calendars and events',
      'https://www.googleapis.com/auth/calendar.events': 'See and change events',
      'https://www.googleapis.com/auth/calendar': 'See, change and delete calendars',
    },
    default: ['openid', 'email', 'https://www.googleapis.com/auth/calendar.events'],
    service: ['https://www.googleapis.com/auth/calendar.events'],
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
