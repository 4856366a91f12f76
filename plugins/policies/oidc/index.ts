import { definePlugin } from '@backplane/sdk';
import { oidc } from './oidc.ts';

export default definePlugin({ id: 'policy-oidc', contributes: [oidc] });
