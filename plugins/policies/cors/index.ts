import { definePlugin } from '@backplane/sdk';
import { cors } from './cors.ts';

export default definePlugin({ id: 'policy-cors', contributes: [cors] });
