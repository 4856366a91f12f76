import { defineOAuthProvider } from '@backplane/sdk';

export const jamf = defineOAuthProvider({
  name: 'jamf',
  title: 'Jamf Pro',
  summary: 'Computers and devices of Jamf Pro.',
  docsUrl: 'https://developer.jamf.com/jamf-pro/docs/client-credentials',
  grants: ['client_credentials'],
  settings: {
    host: {
      title: 'Host of Jamf Pro: `acme.jamfcloud.com`',
      pattern: '[a-z0-9-]+(\\.[a-z0-9-]+)+',
    },
  },
  endpoints: {
    token: 'https://{host}/api/v1/oauth/token',
  },
  clientAuth: 'post',
  scopes: {
    known: {},
    default: [],
  },
  sendTokenTo: ['{host}'],
});
