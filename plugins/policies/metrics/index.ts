import { definePlugin } from '@backplane/sdk';
import { metrics } from './metrics.ts';

export default definePlugin({ id: 'policy-metrics', contributes: [metrics] });
