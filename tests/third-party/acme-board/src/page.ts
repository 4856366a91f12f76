import { defineConsolePage } from '@backplane/sdk';

export const page = defineConsolePage({
  name: 'board',
  title: 'Board',
  place: 'dashboard',
  file: 'pages/index.html',
  scope: 'acme-board:cards:read',
});
