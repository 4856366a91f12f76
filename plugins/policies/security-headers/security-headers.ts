import { defineGatewayPolicy } from '@backplane/sdk';
import { z } from 'zod';

const value = z.string().regex(/^[\t\x20-\x7e]+$/, 'expected one line of text');
const header = (standard: string, what: string) =>
  z
    .union([value, z.literal(false)])
    .default(standard)
    .describe(`${what}; \`false\` leaves it out.`);

const config = z.strictObject({
  contentTypeOptions: header('nosniff', 'X-Content-Type-Options'),
  frameOptions: header('DENY', 'X-Frame-Options'),
  xssProtection: header('1; mode=block', 'X-XSS-Protection'),
  referrerPolicy: header('strict-origin-when-cross-origin', 'Referrer-Policy'),
  contentSecurityPolicy: header(
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'",
    'Content-Security-Policy',
  ),
  strictTransportSecurity: header('max-age=31536000; includeSubDomains', 'Strict-Transport-Security, over https alone'),
  permissionsPolicy: z
    .union([value, z.literal(false)])
    .default(false)
    .describe('Permissions-Policy.'),
  crossOriginOpenerPolicy: z
    .union([value, z.literal(false)])
    .default(false)
    .describe('Cross-Origin-Opener-Policy.'),
  crossOriginEmbedderPolicy: z
    .union([value, z.literal(false)])
    .default(false)
    .describe('Cross-Origin-Embedder-Policy.'),
  crossOriginResourcePolicy: z
    .union([value, z.literal(false)])
    .default(false)
    .describe('Cross-Origin-Resource-Policy.'),
  remove: z
    .array(z.string())
    .default(['server', 'x-powered-by', 'x-aspnet-version'])
    .describe('Headers of upstreams that callers need not see.'),
  overwrite: z.boolean().default(false).describe('Whether what the upstream says of these is replaced.'),
});

/** What browsers are told to forbid, on every answer: also those of policies and errors. */
export const securityHeaders = defineGatewayPolicy({
  name: 'security-headers',
  title: 'Security headers',
  summary: 'Tells browsers what to forbid, and hides what upstreams say of themselves.',
  config,
  phases: ['responseHeaders'],
  onFailure: 'open',
  create({ config }) {
    const always: (readonly [string, string])[] = [];
    const add = (name: string, given: string | false) => given !== false && always.push([name, given]);
    add('x-content-type-options', config.contentTypeOptions);
    add('x-frame-options', config.frameOptions);
    add('x-xss-protection', config.xssProtection);
    add('referrer-policy', config.referrerPolicy);
    add('content-security-policy', config.contentSecurityPolicy);
    add('permissions-policy', config.permissionsPolicy);
    add('cross-origin-opener-policy', config.crossOriginOpenerPolicy);
    add('cross-origin-embedder-policy', config.crossOriginEmbedderPolicy);
    add('cross-origin-resource-policy', config.crossOriginResourcePolicy);
    const { strictTransportSecurity, remove, overwrite } = config;
    return {
      responseHeaders({ request, response: { headers } }) {
        for (const name of remove) headers.delete(name);
        for (const [name, text] of always) {
          if (overwrite || headers.get(name) === undefined) headers.set(name, text);
        }
        if (strictTransportSecurity !== false && request.scheme === 'https')
          headers.set('strict-transport-security', strictTransportSecurity);
        return undefined;
      },
    };
  },
});
