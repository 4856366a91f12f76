import { definePlugin } from '@backplane/sdk';
import { requireHeader } from './require-header.ts';

export default definePlugin({ id: 'acme-gate', contributes: [requireHeader] });
