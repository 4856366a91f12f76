import { definePlugin } from '@backplane/sdk';
import { memoryEngine } from './memory-engine.ts';

export default definePlugin({ id: 'acme-engine', contributes: [memoryEngine] });
