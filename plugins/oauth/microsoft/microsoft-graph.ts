import { defineOAuthProvider } from '@backplane/sdk';

export const microsoftGraph = defineOAuthProvider({
  name: 'microsoft_graph',
  title: 'Microsoft Graph',
  summary: 'Users, mail, files and everything else behind Microsoft Graph.',
  docsUrl: 'https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow',
  grants: ['authorization_code', 'client_credentials', 'device_code'],
  settings: {
    tenant: {
      title: 'Directory (tenant) id or domain; `client_credentials` needs the real one',
      pattern: '[A-Za-z0-9][A-Za-z0-9.-]*',
      default: 'organizations',
    },
  },
  endpoints: {
    authorize: 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize',
    token: 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token',
    device: 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/devicecode',
  },
  clientAuth: 'post',
  scopes: {
    known: {
      openid: 'Know that it is you',
      profile: 'See your name',
      offline_access: 'Keep the access while you are away',
      'User.Read': 'See your profile',
      'User.Read.All': 'See the profiles of all users',
      'Mail.ReadWrite': 'Read and change your mail',
      'Mail.Send': 'Send mail in your name',
      'Files.ReadWrite.All': 'Read and change all files you can reach',
      'Calendars.ReadWrite': 'Read and change your calendars',
      'https://graph.microsoft.com/.default': 'Everything that an administrator has granted to the application',
    },
    default: ['openid', 'profile', 'offline_access', 'User.Read'],
    service: ['https://graph.microsoft.com/.default'],
  },
  sendTokenTo: ['graph.microsoft.com'],
  tokens: {
    rotates: true,
  },
  account: {
    url: 'https://graph.microsoft.com/v1.0/me',
    id: '$.id',
    label: '$.userPrincipalName',
  },
});
