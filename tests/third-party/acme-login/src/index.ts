import { definePlugin } from '@backplane/sdk';
import { provider } from './provider.ts';
import { errors, whoami } from './whoami.ts';

export default definePlugin({ id: 'acme-login', contributes: [provider, whoami], errors });
