import { definePlugin } from '@backplane/sdk';
import { salesforce } from './salesforce.ts';

export default definePlugin({ id: 'oauth-salesforce', contributes: [salesforce] });
