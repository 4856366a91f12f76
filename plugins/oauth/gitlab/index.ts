import { definePlugin } from '@backplane/sdk';
import { gitlab } from './gitlab.ts';

export default definePlugin({ id: 'oauth-gitlab', contributes: [gitlab] });
