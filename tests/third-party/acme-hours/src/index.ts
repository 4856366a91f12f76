import { definePlugin } from '@backplane/sdk';
import { freeze } from './freeze.ts';

export default definePlugin({ id: 'acme-hours', contributes: [freeze] });
