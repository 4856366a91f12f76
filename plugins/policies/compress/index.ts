import { definePlugin } from '@backplane/sdk';
import { compress } from './compress.ts';

export default definePlugin({ id: 'policy-compress', contributes: [compress] });
