import { definePlugin } from '@backplane/sdk';
import { canary } from './canary.ts';

export default definePlugin({ id: 'policy-canary', contributes: [canary] });
