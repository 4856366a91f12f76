import { definePlugin } from '@backplane/sdk';
import { mtls } from './mtls.ts';

export default definePlugin({ id: 'policy-mtls', contributes: [mtls] });
