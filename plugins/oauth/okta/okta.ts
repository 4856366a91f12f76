import { defineOAuthProvider } from '@backplane/sdk';

export const okta = defineOAuthProvider({
  name: 'okta',
  title: 'Okta',
  summary: 'Users, groups and logs of an Okta organisation.',
  docsUrl: 'https://developer.okta.com/docs/guides/implement-oauth-for-okta/main/',
  grants: ['authorization_code', 'client_credentials', 'device_code'],
  settings: {
    domain: {
      title: 'Domain of the organisation: `acme.okta.com`',
      pattern: '[a-z0-9-]+(\\.[a-z0-9-]+)+',
    },
  },
  endpoints: {
    authorize: 'https://{domain}/oauth2/v1/authorize',
    token: 'https://{domain}/oauth2/v1/token',
    revoke: 'https://{domain}/oauth2/v1/revoke',
    introspect: 'https://{domain}/oauth2/v1/introspect',
    device: 'https://{domain}/oauth2/v1/device/authorize',
  },
  scopes: {
    known: {
      openid: 'Know that it is you',
      profile: 'See your name',
      email: 'See your e-mail address',
      offline_access: 'Keep the access while you are away',
      'okta.users.read': 'See users',
      'okta.users.manage': 'Create, change and deactivate users',
      'okta.groups.read': 'See groups',
      'okta.groups.manage': 'Create and change groups',
      'okta.apps.read': 'See applications',
      'okta.logs.read': 'Read the system log',
      'okta.sessions.manage': 'End sessions',
    },
    default: ['openid', 'profile', 'email', 'offline_access', 'okta.users.read', 'okta.groups.read'],
    service: ['okta.users.read', 'okta.groups.read'],
  },
  sendTokenTo: ['{domain}'],
  tokens: {
    rotates: true,
  },
  account: {
    url: 'https://{domain}/oauth2/v1/userinfo',
    id: '$.sub',
    label: '$.email',
  },
});
