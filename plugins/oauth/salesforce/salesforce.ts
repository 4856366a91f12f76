import { defineOAuthProvider } from '@backplane/sdk';

export const salesforce = defineOAuthProvider({
  name: 'salesforce',
  title: 'Salesforce',
  summary: 'Objects and queries of a Salesforce organisation.',
  docsUrl: 'https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_flows.htm',
  grants: ['authorization_code', 'client_credentials'],
  settings: {
    domain: {
      title: 'Where people sign in: `login.salesforce.com`, `test.salesforce.com` or the own domain',
      pattern: '[a-z0-9-]+(\\.[a-z0-9-]+)*\\.salesforce\\.com',
      default: 'login.salesforce.com',
    },
  },
  endpoints: {
    authorize: 'https://{domain}/services/oauth2/authorize',
    token: 'https://{domain}/services/oauth2/token',
    revoke: 'https://{domain}/services/oauth2/revoke',
    introspect: 'https://{domain}/services/oauth2/introspect',
  },
  clientAuth: 'post',
  scopes: {
    known: {
      openid: 'Know that it is you',
      api: 'Read and change data through the APIs',
      refresh_token: 'Keep the access while you are away',
      full: 'Everything you can do',
    },
    default: ['openid', 'api', 'refresh_token'],
    service: [],
  },
  sendTokenTo: ['*.salesforce.com', '*.force.com'],
  tokens: {
    lifetimeMs: 7200000,
  },
  account: {
    url: 'https://{domain}/services/oauth2/userinfo',
    id: '$.user_id',
    label: '$.preferred_username',
  },
});
