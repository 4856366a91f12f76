import { definePlugin } from '@backplane/sdk';
import { github } from './github.ts';

export default definePlugin({ id: 'oauth-github', contributes: [github] });
