import { definePlugin } from '@backplane/sdk';
import { linear } from './linear.ts';

export default definePlugin({ id: 'oauth-linear', contributes: [linear] });
