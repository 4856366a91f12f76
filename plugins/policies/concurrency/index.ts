import { definePlugin } from '@backplane/sdk';
import { concurrency } from './concurrency.ts';

export default definePlugin({ id: 'policy-concurrency', contributes: [concurrency] });
