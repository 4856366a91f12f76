import { definePlugin } from '@backplane/sdk';
import { followRedirects } from './follow-redirects.ts';

export default definePlugin({ id: 'policy-follow-redirects', contributes: [followRedirects] });
