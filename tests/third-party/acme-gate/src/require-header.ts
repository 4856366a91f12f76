import { defineGatewayPolicy } from '@backplane/sdk';
import * as z from 'zod';

export const requireHeader = defineGatewayPolicy({
  name: 'acme-gate-require-header',
  title: 'Require a header',
  summary: 'Refuses requests that do not have a certain header.',
  config: z.strictObject({ header: z.string().min(1).describe('Name of the header.') }),
  phases: ['admit'],
  onFailure: 'closed',
  create: ({ config }) => ({
    admit({ request }) {
      if (request.headers.get(config.header) !== undefined) return undefined;
      return { status: 400, headers: {}, body: `The header ${config.header} is missing.` };
    },
  }),
});
