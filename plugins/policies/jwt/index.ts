import { definePlugin } from '@backplane/sdk';
import { jwt } from './jwt.ts';

export default definePlugin({ id: 'policy-jwt', contributes: [jwt] });
