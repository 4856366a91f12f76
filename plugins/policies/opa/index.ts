import { definePlugin } from '@backplane/sdk';
import { opa } from './opa.ts';

export default definePlugin({ id: 'policy-opa', contributes: [opa] });
