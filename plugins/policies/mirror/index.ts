import { definePlugin } from '@backplane/sdk';
import { mirror } from './mirror.ts';

export default definePlugin({ id: 'policy-mirror', contributes: [mirror] });
