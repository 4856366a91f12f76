import { definePlugin } from '@backplane/sdk';
import { jamf } from './jamf.ts';

export default definePlugin({ id: 'oauth-jamf', contributes: [jamf] });
