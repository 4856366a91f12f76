import { z } from 'zod';

export const sessionSchema = z.object({
  id: z.string(),
  way: z.string().describe('`basic`, `oidc:<id>`, `saml:<id>`.'),
  address: z.string(),
  agent: z.string(),
  createdAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime().describe('To the minute.'),
  expiresAt: z.iso.datetime(),
  current: z.boolean().optional().describe('The one by which this request comes.'),
});
