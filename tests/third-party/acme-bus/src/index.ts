import { definePlugin } from '@backplane/sdk';
import { memoryBus } from './memory-bus.ts';

export default definePlugin({ id: 'acme-bus', contributes: [memoryBus] });
