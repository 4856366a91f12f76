import { definePlugin } from '@backplane/sdk';
import { basic } from './basic.ts';

export default definePlugin({ id: 'policy-basic', contributes: [basic] });
