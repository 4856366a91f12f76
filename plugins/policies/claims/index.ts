import { definePlugin } from '@backplane/sdk';
import { claims } from './claims.ts';

export default definePlugin({ id: 'policy-claims', contributes: [claims] });
