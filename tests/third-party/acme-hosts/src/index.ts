import { definePlugin } from '@backplane/sdk';
import { listed } from './listed.ts';

export default definePlugin({ id: 'acme-hosts', contributes: [listed] });
