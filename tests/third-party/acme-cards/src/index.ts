import { definePlugin } from '@backplane/sdk';
import { shout } from './shout.ts';

export default definePlugin({ id: 'acme-cards', contributes: [shout] });
