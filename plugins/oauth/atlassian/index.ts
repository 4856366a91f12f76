import { definePlugin } from '@backplane/sdk';
import { atlassian } from './atlassian.ts';

export default definePlugin({ id: 'oauth-atlassian', contributes: [atlassian] });
