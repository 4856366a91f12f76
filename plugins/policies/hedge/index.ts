import { definePlugin } from '@backplane/sdk';
import { hedge } from './hedge.ts';

export default definePlugin({ id: 'policy-hedge', contributes: [hedge] });
