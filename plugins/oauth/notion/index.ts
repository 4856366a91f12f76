import { definePlugin } from '@backplane/sdk';
import { notion } from './notion.ts';

export default definePlugin({ id: 'oauth-notion', contributes: [notion] });
