import { defineOAuthProvider } from '@backplane/sdk';

export const gitlab = defineOAuthProvider({
  name: 'gitlab',
  title: 'GitLab',
  summary: 'Projects, issues and merge requests; gitlab.com or an own server.',
  docsUrl: 'https://docs.gitlab.com/api/oauth2/',
  grants: ['authorization_code', 'device_code'],
  settings: {
    host: {
      title: 'Host of GitLab',
      pattern: '[a-z0-9-]+(\\.[a-z0-9-]+)+',
      default: 'gitlab.com',
    },
  },
  endpoints: {
    authorize: 'https://{host}/oauth/authorize',
    token: 'https://{host}/oauth/token',
    revoke: 'https://{host}/oauth/revoke',
    device: 'https://{host}/oauth/authorize_device',
  },
  clientAuth: 'post',
  scopes: {
    known: {
      api: 'Read and write everything you can reach',
      read_api: 'Read everything you can reach',
      read_user: 'See your profile',
      read_repository: 'Read repositories',
      write_repository: 'Write repositories',
    },
    default: ['api', 'read_user'],
  },
  sendTokenTo: ['{host}'],
  tokens: {
    rotates: true,
  },
  account: {
    url: 'https://{host}/api/v4/user',
    id: '$.id',
    label: '$.username',
  },
});
