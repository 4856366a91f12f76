import { definePlugin } from '@backplane/sdk';
import { mock } from './mock.ts';

export default definePlugin({ id: 'policy-mock', contributes: [mock] });
