import { z } from 'zod';
import type { ConnectionRecord } from '../../secrets/oauth/connection-record.ts';

const time = z.iso.datetime();

/** No token and no secret is ever in it. */
export const connection = z.object({
  id: z.string(),
  provider: z.string(),
  owner: z.enum(['user', 'service']).describe('A person who consented, or the application itself.'),
  environment: z.string(),
  status: z.enum(['configured', 'connected', 'reauth_required', 'error']),
  reason: z.string().optional().describe('Why it does not work.'),
  account: z.object({ id: z.string(), label: z.string() }).optional().describe('Whose account it opens.'),
  settings: z.record(z.string(), z.string()),
  scopes: z.array(z.string()).nullable().describe('Asked for; null: those of the provider.'),
  grantedScopes: z.array(z.string()),
  missingScopes: z.array(z.string()).describe('Asked for and not granted: connect again to get them.'),
  clientId: z.string().optional().describe('Absent: the one that the administrator has registered.'),
  expiresAt: time.optional(),
  refreshable: z.boolean().describe('Renews itself before it ends.'),
  connectedAt: time.optional(),
  refreshedAt: time.optional(),
  createdBy: z.string(),
  createdAt: time,
  updatedAt: time,
});

export const provider = z.object({
  id: z.string(),
  title: z.string(),
  summary: z.string(),
  docsUrl: z.string().optional(),
  grants: z.array(z.string()),
  settings: z.record(z.string(), z.object({ title: z.string(), pattern: z.string(), default: z.string().optional() })),
  scopes: z.object({ known: z.record(z.string(), z.string()), default: z.array(z.string()) }),
  sendTokenTo: z.array(z.string()).describe('The only hosts that a token goes to.'),
  ready: z.boolean().describe('A client of the administrator is there: nothing but consent is missing.'),
  redirectUri: z.string().describe('To be registered at the provider.'),
});

/** As the API shows it. */
export function shownConnection(record: ConnectionRecord, defaults: readonly string[]): z.output<typeof connection> {
  const { workspace: _, scopes, grantedScopes, ...rest } = record;
  const wanted = scopes ?? defaults;
  const missing = record.connectedAt === undefined ? [] : wanted.filter((scope) => !grantedScopes.includes(scope));
  return {
    ...rest,
    scopes: scopes === null ? null : [...scopes],
    grantedScopes: [...grantedScopes],
    missingScopes: missing.filter((scope) => !UNSPOKEN.has(scope)),
  };
}

/** Providers leave these out of what they say they granted. */
const UNSPOKEN = new Set(['openid', 'email', 'profile', 'offline_access', 'refresh_token']);
