import { definePlugin } from '@backplane/sdk';
import { rateLimit } from './rate-limit.ts';

export default definePlugin({ id: 'policy-rate-limit', contributes: [rateLimit] });
