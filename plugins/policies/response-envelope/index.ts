import { definePlugin } from '@backplane/sdk';
import { responseEnvelope } from './response-envelope.ts';

export default definePlugin({ id: 'policy-response-envelope', contributes: [responseEnvelope] });
