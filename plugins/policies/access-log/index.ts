import { definePlugin } from '@backplane/sdk';
import { accessLog } from './access-log.ts';

export default definePlugin({ id: 'policy-access-log', contributes: [accessLog] });
