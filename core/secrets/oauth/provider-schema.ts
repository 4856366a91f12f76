import { z } from 'zod';

const identifier = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,62}$/, 'expected up to 63 lower-case letters, digits and underscores');
const words = z.record(z.string(), z.string());
const https = z.string().regex(/^https?:\/\/[^\s#@]+$/, 'expected an https address');

/** What a description of a provider may say, of a plugin or of the configuration. */
export const oauthProviderSchema = z.object({
  name: identifier,
  title: z.string().min(1),
  summary: z.string().default(''),
  docsUrl: z.string().optional(),
  deprecated: z.string().optional(),
  grants: z.array(z.enum(['authorization_code', 'client_credentials', 'device_code'])).min(1),
  settings: z
    .record(
      identifier,
      z.object({ title: z.string().min(1), pattern: z.string().min(1), default: z.string().optional() }),
    )
    .optional(),
  endpoints: z.object({
    authorize: https.optional(),
    token: https,
    revoke: https.optional(),
    introspect: https.optional(),
    device: https.optional(),
  }),
  pkce: z.enum(['S256', 'none']).optional(),
  serviceGrant: z.enum(['client_credentials', 'jwt_bearer', 'account_credentials']).optional(),
  tokenBody: z.enum(['form', 'json']).optional(),
  clientAuth: z.enum(['basic', 'post', 'private_key_jwt', 'none']).optional(),
  scopes: z.object({
    known: words,
    default: z.array(z.string()),
    service: z.array(z.string()).optional(),
    separator: z.enum([' ', ',']).optional(),
  }),
  sendTokenTo: z
    .array(
      z
        .string()
        .regex(
          /^(?:\*\.)?(?:[a-z0-9-]+|\{\w+\})(?:\.(?:[a-z0-9-]+|\{\w+\}))*(?::\d+)?$/i,
          'expected a host such as `api.acme.com`',
        ),
    )
    .min(1),
  sendTokenAs: z.object({ header: z.string().regex(/^[\w-]+$/), prefix: z.string() }).optional(),
  parameters: z
    .object({
      authorize: words.optional(),
      scope: z.string().optional(),
      token: words.optional(),
      service: words.optional(),
    })
    .optional(),
  tokens: z
    .object({
      at: z.string().optional(),
      lifetimeMs: z.number().positive().optional(),
      rotates: z.boolean().optional(),
    })
    .optional(),
  account: z.object({ url: https, id: z.string(), label: z.string() }).optional(),
});
