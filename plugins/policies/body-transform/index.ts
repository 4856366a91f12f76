import { definePlugin } from '@backplane/sdk';
import { bodyTransform } from './body-transform.ts';

export default definePlugin({ id: 'policy-body-transform', contributes: [bodyTransform] });
