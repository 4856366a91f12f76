import { definePlugin } from '@backplane/sdk';
import { timeout } from './timeout.ts';

export default definePlugin({ id: 'policy-timeout', contributes: [timeout] });
