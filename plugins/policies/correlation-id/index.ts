import { definePlugin } from '@backplane/sdk';
import { correlationId } from './correlation-id.ts';

export default definePlugin({ id: 'policy-correlation-id', contributes: [correlationId] });
