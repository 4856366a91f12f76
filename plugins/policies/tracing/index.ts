import { definePlugin } from '@backplane/sdk';
import { tracing } from './tracing.ts';

export default definePlugin({ id: 'policy-tracing', contributes: [tracing] });
