import { definePlugin } from '@backplane/sdk';
import { digest } from './digest.ts';

export default definePlugin({ id: 'acme-digest', contributes: [digest] });
