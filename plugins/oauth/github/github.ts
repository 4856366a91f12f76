import { defineOAuthProvider } from '@backplane/sdk';

export const github = defineOAuthProvider({
  name: 'github',
  title: 'GitHub',
  summary: 'Repositories, issues and organisations; github.com or an own server.',
  docsUrl: 'https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps',
  grants: ['authorization_code', 'device_code'],
  settings: {
    host: {
      title: 'Host of GitHub',
      pattern: '[a-z0-9-]+(\\.[a-z0-9-]+)+',
      default: 'github.com',
    },
    api: {
      title: 'Host and path of its API: `api.github.com`, or `github.acme.com/api/v3`',
      pattern: '[a-z0-9-]+(\\.[a-z0-9-]+)+(/api/v3)?',
      default: 'api.github.com',
    },
    api_host: {
      title: 'Host of its API, which gets the token',
      pattern: '[a-z0-9-]+(\\.[a-z0-9-]+)+',
      default: 'api.github.com',
    },
  },
  endpoints: {
    authorize: 'https://{host}/login/oauth/authorize',
    token: 'https://{host}/login/oauth/access_token',
    device: 'https://{host}/login/device/code',
  },
  clientAuth: 'post',
  scopes: {
    known: {
      repo: 'Read and write all repositories you can reach, also private ones',
      'read:org': 'See your organisations and teams',
      'read:user': 'See your profile',
      'user:email': 'See your e-mail addresses',
      workflow: 'Change workflow files of GitHub Actions',
      'admin:repo_hook': 'Manage webhooks of repositories',
      gist: 'Write gists',
      security_events: 'Read and write code scanning alerts',
      notifications: 'Read your notifications',
    },
    default: ['repo', 'read:org', 'read:user'],
  },
  sendTokenTo: ['{api_host}', 'uploads.github.com'],
  account: {
    url: 'https://{api}/user',
    id: '$.id',
    label: '$.login',
  },
});
