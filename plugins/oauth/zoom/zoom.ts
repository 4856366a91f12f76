import { defineOAuthProvider } from '@backplane/sdk';

export const zoom = defineOAuthProvider({
  name: 'zoom',
  title: 'Zoom',
  summary: 'Meetings, users and recordings.',
  docsUrl: 'https://developers.zoom.us/docs/integrations/oauth/',
  grants: ['authorization_code', 'client_credentials', 'device_code'],
  settings: {
    account: {
      title: 'Account id, for server-to-server applications only',
      pattern: '[\\w-]*',
      default: '',
    },
  },
  endpoints: {
    authorize: 'https://zoom.us/oauth/authorize',
    token: 'https://zoom.us/oauth/token',
    revoke: 'https://zoom.us/oauth/revoke',
    device: 'https://zoom.us/oauth/devicecode',
  },
  serviceGrant: 'account_credentials',
  scopes: {
    known: {
      'user:read:user': 'See your profile',
      'meeting:read:meeting': 'See meetings',
      'meeting:write:meeting': 'Create and change meetings',
      'cloud_recording:read:list_user_recordings': 'See recordings',
    },
    default: ['user:read:user', 'meeting:read:meeting', 'meeting:write:meeting'],
    service: [],
  },
  sendTokenTo: ['api.zoom.us'],
  parameters: {
    service: {
      account_id: '{account}',
    },
  },
  tokens: {
    rotates: true,
  },
  account: {
    url: 'https://api.zoom.us/v2/users/me',
    id: '$.id',
    label: '$.email',
  },
});
