import { definePlugin } from '@backplane/sdk';
import { gatewayCallErrors } from './errors.ts';
import { gatewayRequest } from './gateway-request.ts';

export default definePlugin({ id: 'gateway', contributes: [gatewayRequest], errors: gatewayCallErrors });
