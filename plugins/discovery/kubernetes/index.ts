import { definePlugin } from '@backplane/sdk';
import { kubernetes } from './kubernetes.ts';

export default definePlugin({ id: 'discovery-kubernetes', contributes: [kubernetes] });
