import { definePlugin } from '@backplane/sdk';
import { servicenow } from './servicenow.ts';

export default definePlugin({ id: 'oauth-servicenow', contributes: [servicenow] });
