import { definePlugin } from '@backplane/sdk';
import { redirect } from './redirect.ts';

export default definePlugin({ id: 'policy-redirect', contributes: [redirect] });
