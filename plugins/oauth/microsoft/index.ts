import { definePlugin } from '@backplane/sdk';
import { azureLogAnalytics } from './azure-log-analytics.ts';
import { azureManagement } from './azure-management.ts';
import { microsoftDefenderEndpoint } from './microsoft-defender-endpoint.ts';
import { microsoftDefenderXdr } from './microsoft-defender-xdr.ts';
import { microsoftEntra } from './microsoft-entra.ts';
import { microsoftGraph } from './microsoft-graph.ts';
import { microsoftOutlook } from './microsoft-outlook.ts';
import { microsoftSentinel } from './microsoft-sentinel.ts';
import { microsoftTeams } from './microsoft-teams.ts';

export default definePlugin({
  id: 'oauth-microsoft',
  contributes: [
    microsoftGraph,
    microsoftOutlook,
    microsoftTeams,
    microsoftEntra,
    microsoftDefenderXdr,
    microsoftDefenderEndpoint,
    microsoftSentinel,
    azureManagement,
    azureLogAnalytics,
  ],
});
