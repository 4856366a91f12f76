import { DURATION, milliseconds } from '@backplane/sdk';
import { z } from 'zod';

const duration = z.union([z.number().nonnegative(), z.string().regex(DURATION)]).transform(milliseconds);
const text = z.string().min(1);
const path = z.string().regex(/^\/(?![/\\])[^?#\\\s]*$/, 'a path like /oidc/callback');

export const settings = z
  .strictObject({
    issuer: z.url({ protocol: /^https?$/ }).describe('Of the OpenID provider'),
    clientId: text,
    clientSecret: text.optional().describe('Of a confidential client'),
    secret: z
      .union([text.transform((one) => [one]), z.array(text).min(1)])
      .refine((all) => all.every((one) => Buffer.byteLength(one) >= 32), 'shorter than 32 bytes: it could be guessed')
      .describe('Encrypts the cookies: at least 32 bytes; the first of several encrypts, all decrypt'),
    baseUrl: z
      .url({ protocol: /^https?$/ })
      .transform((url) => url.replace(/\/$/, ''))
      .optional()
      .describe('How browsers reach the gateway; default: what each request says'),
    callbackPath: path
      .default('/oidc/callback')
      .describe('Where the provider sends browsers back to; a path of the same route'),
    logoutPath: path.default('/oidc/logout').describe('Ends the session; a path of the same route'),
    afterLogout: path.default('/'),
    scopes: z.array(text).default(['openid', 'profile', 'email']),
    claims: z.array(text).optional().describe('Claims that the session keeps; default all'),
    forward: z
      .enum(['none', 'access-token', 'id-token'])
      .default('none')
      .describe('What the upstream gets as bearer token'),
    cookie: z
      .string()
      .regex(/^[\w-]{1,40}$/)
      .default('gateway-session')
      .describe('Name of the cookie'),
    sessionFor: duration.prefault('8h'),
    signInFor: duration.prefault('10m').describe('How long a sign-in may take'),
    timeout: duration.prefault('10s').describe('Of a request to the provider'),
    parameters: z
      .record(text, z.string())
      .default({})
      .describe('More for the authorization request: `prompt`, `acr_values`'),
  })
  .refine(({ callbackPath, logoutPath }) => callbackPath !== logoutPath, 'callbackPath and logoutPath are the same')
  .refine(({ scopes }) => scopes.includes('openid'), 'scopes need openid');

export type OidcSettings = z.output<typeof settings>;
