import { definePlugin } from '@backplane/sdk';
import { slug } from './slug.ts';

export default definePlugin({ id: 'acme-text', contributes: [slug] });
