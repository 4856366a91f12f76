import { definePlugin } from '@backplane/sdk';
import { retry } from './retry.ts';

export default definePlugin({ id: 'policy-retry', contributes: [retry] });
