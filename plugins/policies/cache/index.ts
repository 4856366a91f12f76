import { definePlugin } from '@backplane/sdk';
import { cache } from './cache.ts';

export default definePlugin({ id: 'policy-cache', contributes: [cache] });
