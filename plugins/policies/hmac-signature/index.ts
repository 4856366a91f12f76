import { definePlugin } from '@backplane/sdk';
import { hmacSignature } from './hmac-signature.ts';

export default definePlugin({ id: 'policy-hmac-signature', contributes: [hmacSignature] });
