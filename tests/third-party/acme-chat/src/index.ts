import { definePlugin } from '@backplane/sdk';
import { post } from './post.ts';

export default definePlugin({ id: 'acme-chat', contributes: [post] });
