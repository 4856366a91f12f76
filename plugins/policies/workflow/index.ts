import { definePlugin } from '@backplane/sdk';
import { workflow } from './workflow.ts';

export default definePlugin({ id: 'policy-workflow', contributes: [workflow] });
