import { definePlugin } from '@backplane/sdk';
import { pathRewrite } from './path-rewrite.ts';

export default definePlugin({ id: 'policy-path-rewrite', contributes: [pathRewrite] });
