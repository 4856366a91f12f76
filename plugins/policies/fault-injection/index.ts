import { definePlugin } from '@backplane/sdk';
import { faultInjection } from './fault-injection.ts';

export default definePlugin({ id: 'policy-fault-injection', contributes: [faultInjection] });
