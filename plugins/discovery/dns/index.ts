import { definePlugin } from '@backplane/sdk';
import { dns } from './dns.ts';

export default definePlugin({ id: 'discovery-dns', contributes: [dns] });
