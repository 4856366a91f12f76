import { definePlugin } from '@backplane/sdk';
import { aggregate } from './aggregate.ts';

export default definePlugin({ id: 'policy-aggregate', contributes: [aggregate] });
