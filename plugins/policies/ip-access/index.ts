import { definePlugin } from '@backplane/sdk';
import { ipAccess } from './ip-access.ts';

export default definePlugin({ id: 'policy-ip-access', contributes: [ipAccess] });
