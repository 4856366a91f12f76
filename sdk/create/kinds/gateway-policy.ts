import type { KindScaffold } from './kind-scaffold.ts';

/** A policy that refuses requests without a header. */
export const gatewayPolicy: KindScaffold = {
  summary: 'what a route of the gateway does with a request',
  tier: 'trusted',
  module: 'require-header',
  exportName: 'requireHeader',
  contributes: ({ id }) => ({ gatewayPolicies: [`${id}-require-header`] }),
  sources: ({ id, extension }) => ({
    'require-header': `import { defineGatewayPolicy } from '@backplane/sdk';
import * as z from 'zod';

export const requireHeader = defineGatewayPolicy({
  name: '${id}-require-header',
  title: 'Require a header',
  summary: 'Refuses requests that do not have a certain header.',
  config: z.strictObject({ header: z.string().min(1).describe('Name of the header.') }),
  phases: ['admit'],
  onFailure: 'closed',
  create: ({ config }) => ({
    admit({ request }) {
      if (request.headers.get(config.header) !== undefined) return undefined;
      return { status: 400, headers: {}, body: \`The header \${config.header} is missing.\` };
    },
  }),
});
`,
    'require-header.test': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireHeader } from './require-header.${extension}';

/** What the policy reads of an exchange. */
const exchange${extension === 'ts' ? ': any' : ''} = { request: { headers: new Map([['x-team', 'blue']]) } };
const context${extension === 'ts' ? ': any' : ''} = { config: { header: 'x-team' } };

test('lets a request with the header pass', async () => {
  const { admit } = await requireHeader.create(context);
  assert.equal(await admit(exchange), undefined);
});

test('refuses one without it', async () => {
  const { admit } = await requireHeader.create({ ...context, config: { header: 'x-other' } });
  assert.equal((await admit(exchange))?.status, 400);
});
`,
  }),
  usage: ({ id }) => `\`\`\`yaml
policies:
  - ${id}-require-header: { header: x-team }
\`\`\``,
};
