import { definePlugin } from '@backplane/sdk';
import { vault } from './vault.ts';

export default definePlugin({ id: 'acme-vault', contributes: [vault] });
