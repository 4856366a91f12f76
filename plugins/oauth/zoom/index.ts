import { definePlugin } from '@backplane/sdk';
import { zoom } from './zoom.ts';

export default definePlugin({ id: 'oauth-zoom', contributes: [zoom] });
