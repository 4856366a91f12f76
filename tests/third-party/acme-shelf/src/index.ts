import { definePlugin } from '@backplane/sdk';
import { shelf } from './shelf.ts';

export default definePlugin({ id: 'acme-shelf', contributes: [shelf] });
