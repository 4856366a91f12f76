import { definePlugin } from '@backplane/sdk';
import { requireErrors } from './errors.ts';
import { requireConditions } from './require-conditions.ts';

export default definePlugin({ id: 'require', contributes: [requireConditions], errors: requireErrors });
