import { definePlugin } from '@backplane/sdk';
import { securityHeaders } from './security-headers.ts';

export default definePlugin({ id: 'policy-security-headers', contributes: [securityHeaders] });
