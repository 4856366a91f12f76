import { definePlugin } from '@backplane/sdk';
import { redirects } from './redirects.ts';

export default definePlugin({ id: 'policy-redirects', contributes: [redirects] });
