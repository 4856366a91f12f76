import { definePlugin } from '@backplane/sdk';
import { botRules } from './bot-rules.ts';

export default definePlugin({ id: 'policy-bot-rules', contributes: [botRules] });
