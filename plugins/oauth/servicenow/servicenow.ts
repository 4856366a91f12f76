import { defineOAuthProvider } from '@backplane/sdk';

export const servicenow = defineOAuthProvider({
  name: 'servicenow',
  title: 'ServiceNow',
  summary: 'Tables and incidents of a ServiceNow instance.',
  docsUrl:
    'https://www.servicenow.com/docs/bundle/xanadu-platform-security/page/administer/security/concept/c_OAuthApplications.html',
  grants: ['authorization_code', 'client_credentials'],
  settings: {
    instance: {
      title: 'Name of the instance: `acme` of acme.service-now.com',
      pattern: '[a-z0-9-]+',
    },
  },
  endpoints: {
    authorize: 'https://{instance}.service-now.com/oauth_auth.do',
    token: 'https://{instance}.service-now.com/oauth_token.do',
    revoke: 'https://{instance}.service-now.com/oauth_revoke_token.do',
  },
  clientAuth: 'post',
  scopes: {
    known: {
      useraccount: 'Everything your account can do',
    },
    default: ['useraccount'],
    service: [],
  },
  sendTokenTo: ['{instance}.service-now.com'],
});
