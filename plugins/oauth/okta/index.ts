import { definePlugin } from '@backplane/sdk';
import { okta } from './okta.ts';

export default definePlugin({ id: 'oauth-okta', contributes: [okta] });
