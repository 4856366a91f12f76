import { definePlugin } from '@backplane/sdk';
import { requestSize } from './request-size.ts';

export default definePlugin({ id: 'policy-request-size', contributes: [requestSize] });
