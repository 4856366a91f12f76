import { definePlugin } from '@backplane/sdk';
import { apiKey } from './api-key.ts';

export default definePlugin({ id: 'policy-api-key', contributes: [apiKey] });
