import { definePlugin } from '@backplane/sdk';
import { consul } from './consul.ts';

export default definePlugin({ id: 'discovery-consul', contributes: [consul] });
