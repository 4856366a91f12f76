import { defineDecisionPoint } from '@backplane/sdk';
import * as z from 'zod';

export const freeze = defineDecisionPoint({
  name: 'acme-freeze',
  title: 'Change freeze',
  summary: 'While a freeze is on, nobody changes workflows.',
  config: z.strictObject({ until: z.iso.datetime(), resources: z.array(z.string()).default(['workflow']) }),
  open: ({ config }) => ({
    async decide({ action }) {
      const [resource = '', verb] = action.split(':');
      const frozen = config.resources.includes(resource) && ['create', 'update', 'delete'].includes(verb ?? '');
      if (!frozen || Date.now() > Date.parse(config.until)) return { effect: 'abstain', because: [] };
      return { effect: 'deny', because: [`Changes are frozen until ${config.until}`], cacheForMs: 1_000 };
    },
  }),
});
