import { defineOAuthProvider } from '@backplane/sdk';

export const microsoftDefenderXdr = defineOAuthProvider({
  name: 'microsoft_defender_xdr',
  title: 'Microsoft Defender XDR',
  summary: 'Incidents, alerts and hunting.',
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
      'SecurityIncident.ReadWrite.All': 'Read and change incidents',
      'SecurityAlert.ReadWrite.All': 'Read and change alerts',
      'ThreatHunting.Read.All': 'Run hunting queries',
      'https://graph.microsoft.com/.default': 'Everything that an administrator has granted to the application',
    },
    default: [
      'openid',
      'profile',
      'offline_access',
      'User.Read',
      'SecurityIncident.ReadWrite.All',
      'SecurityAlert.ReadWrite.All',
      'ThreatHunting.Read.All',
    ],
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
