import { createPrivateKey, X509Certificate } from 'node:crypto';
import { z } from 'zod';

const id = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be lower-case letters, digits and dashes, as it becomes part of addresses');
const domain = z
  .string()
  .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'must be a domain in lower case, without @')
  .describe('A domain of e-mail addresses.');
const uniqueIds = (all: readonly { readonly id: string }[]) => new Set(all.map((one) => one.id)).size === all.length;

const oidcProvider = z.strictObject({
  id,
  name: z.string().min(1).max(80).optional(),
  issuer: z.url({ protocol: /^https?$/ }),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1).optional(),
  scopes: z.array(z.string().min(1)).default(['openid', 'email', 'profile']),
  groupsClaim: z.string().min(1).default('groups'),
  allowedDomains: z.array(domain).default([]),
  createUsers: z.boolean().default(true),
});

const keyPair = z
  .strictObject({ privateKey: z.string().includes('PRIVATE KEY'), certificate: z.string().includes('CERTIFICATE') })
  .refine(isRsaPair, 'must be an RSA key of at least 2048 bits, in PEM, and the certificate of this key');

function isRsaPair({
  privateKey,
  certificate,
}: {
  readonly privateKey: string;
  readonly certificate: string;
}): boolean {
  try {
    const key = createPrivateKey(privateKey);
    const isLong = key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2_048;
    return isLong && new X509Certificate(certificate).checkPrivateKey(key);
  } catch {
    return false;
  }
}

const samlProvider = z
  .strictObject({
    id,
    name: z.string().min(1).max(80).optional(),
    entityId: z.string().min(1),
    signInUrl: z.url({ protocol: /^https?$/ }),
    signOutUrl: z.url({ protocol: /^https?$/ }).optional(),
    signOutBinding: z.enum(['redirect', 'post']).default('redirect'),
    keys: z.array(keyPair).max(4).default([]),
    certificates: z.array(z.string().includes('CERTIFICATE')).min(1),
    audience: z.string().min(1).optional(),
    emailAttribute: z.string().min(1).optional(),
    nameAttribute: z.string().min(1).optional(),
    groupsAttribute: z.string().min(1).default('groups'),
    allowIdpInitiated: z.boolean().default(false),
    allowedDomains: z.array(domain).min(1),
    createUsers: z.boolean().default(true),
  })
  .refine(({ signOutUrl, keys }) => signOutUrl === undefined || keys.length > 0, {
    path: ['keys'],
    message: 'must hold a key where there is a signOutUrl, as requests to sign out are signed',
  });

/** How people and machines prove who they are. */
export const authConfigSchema = z
  .strictObject({
    types: z
      .array(z.enum(['basic', 'oidc', 'saml']))
      .default(['basic'])
      .describe('The ways to sign in that are open: passwords (`basic`), OpenID Connect (`oidc`), SAML (`saml`).'),
    session: z
      .strictObject({
        days: z.number().min(0.01).max(90).default(7),
        secret: z.string().min(32).optional(),
      })
      .prefault({})
      .describe(
        '`days` that a session lasts (7). `secret`, at least 32 characters, the same on every host: what signs sessions is derived from it, and then the database alone is not enough to forge one. A new secret ends all sessions.',
      ),
    basic: z
      .strictObject({
        registration: z.enum(['closed', 'open']).default('closed'),
        allowedDomains: z.array(domain).default([]),
        minimumLength: z.int().min(8).max(128).default(12),
        verifyEmail: z.boolean().default(true),
      })
      .prefault({})
      .describe(
        'Passwords: `registration` (`closed`, or `open` to whoever reaches the host), `allowedDomains` of those who register, `minimumLength` (12), `verifyEmail` before the first sign-in (true).',
      ),
    oidc: z
      .array(oidcProvider)
      .refine(uniqueIds, 'two providers have the same id')
      .default([])
      .describe(
        'OpenID providers: `id`, `name` on the button, `issuer`, `clientId`, `clientSecret` (normally `${env:NAME}`), `scopes`, `groupsClaim` (`groups`), `allowedDomains`, `createUsers` (true). See [Sign-in](sign-in.md#oidc).',
      ),
    saml: z
      .array(samlProvider)
      .refine(uniqueIds, 'two providers have the same id')
      .default([])
      .describe(
        'SAML identity providers: `id`, `name`, `entityId`, `signInUrl`, `certificates` (PEM; only these count), `keys` of this host (`privateKey` and `certificate`, PEM: the first signs requests, any opens what is encrypted), `signOutUrl`, `signOutBinding` (`redirect`, or `post`), `audience`, `emailAttribute`, `nameAttribute`, `groupsAttribute`, `allowIdpInitiated` (false), `allowedDomains` (for whose addresses it speaks; at least one), `createUsers`. See [Sign-in](sign-in.md#saml).',
      ),
    newcomerRole: z
      .enum(['viewer', 'editor'])
      .optional()
      .describe(
        'Role in the workspace `default` of whoever makes an account for themselves: registers, or signs in for the first time through a provider. Absent: none, until somebody gives them one.',
      ),
    serviceKey: z
      .string()
      .min(32)
      .optional()
      .describe(
        'Whoever sends this in `X-Backplane-Service-Key` acts as the host itself; at least 32 characters. Absent: nobody does.',
      ),
    mailFrom: z
      .string()
      .min(3)
      .optional()
      .describe(
        'Sender of messages about sign-in, sent by the action `core.send_email_smtp` with the secret `smtp`. Absent: no messages; an administrator hands out links with `backplane user reset-link`.',
      ),
  })
  .prefault({})
  .describe('How people and machines prove who they are.');

export type AuthConfig = z.output<typeof authConfigSchema>;
export type OidcProviderConfig = AuthConfig['oidc'][number];
export type SamlProviderConfig = AuthConfig['saml'][number];
