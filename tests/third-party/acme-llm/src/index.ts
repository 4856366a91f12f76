import { definePlugin } from '@backplane/sdk';
import { parrot } from './parrot.ts';

export default definePlugin({ id: 'acme-llm', contributes: [parrot] });
