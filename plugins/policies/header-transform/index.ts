import { definePlugin } from '@backplane/sdk';
import { headerTransform } from './header-transform.ts';

export default definePlugin({ id: 'policy-header-transform', contributes: [headerTransform] });
