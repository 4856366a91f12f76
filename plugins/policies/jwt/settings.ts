import { DURATION, milliseconds } from '@backplane/sdk';
import { z } from 'zod';
import { ASYMMETRIC, allowedAlgorithms, SYMMETRIC } from './key-material.ts';

const duration = z.union([z.number().nonnegative(), z.string().regex(DURATION)]).transform(milliseconds);
const text = z.string().min(1);
const oneOrMore = z.union([text.transform((one) => [one]), z.array(text).min(1)]);
const url = z.url({ protocol: /^https?$/ });

const source = z.union([
  z.strictObject({
    header: text.describe('Name of a header'),
    prefix: text.optional().describe('The word before the token'),
  }),
  z.strictObject({ cookie: text.describe('Name of a cookie') }),
  z.strictObject({ query: text.describe('Name of a parameter of the query') }),
]);

const issuerFields = {
  issuer: text.optional().describe('The `iss` that tokens must have'),
  audience: oneOrMore.optional().describe('One of them must be among the `aud` of a token'),
  secret: oneOrMore.optional().describe('Of HS256, HS384, HS512: at least 32 bytes; several while one is exchanged'),
  secretEncoding: z.enum(['utf8', 'base64']).default('utf8'),
  publicKey: z
    .union([text, z.record(z.string(), z.unknown())])
    .optional()
    .describe('PEM, or a JWK'),
  jwks: url.optional().describe('Where the issuer publishes its keys; default: what its OpenID configuration says'),
  algorithms: z
    .array(z.enum([...SYMMETRIC, ...ASYMMETRIC]))
    .min(1)
    .optional()
    .describe('Default: all that fit the kind of key'),
};

const issuer = z.strictObject(issuerFields).superRefine(checkKeys);

const introspection = z.strictObject({
  url,
  clientId: text,
  clientSecret: text,
  timeout: duration.prefault('2s'),
});

const identityService = z.strictObject({
  url,
  field: text.default('token').describe('Field of the question that holds the token'),
  valid: text.default('isValid').describe('Field of the answer that is true for a good token'),
  claims: z
    .record(text, text)
    .default({ sub: 'userId', email: 'email', provider: 'provider' })
    .describe('Claim → field of the answer'),
  headers: z.record(text, z.string()).default({}).describe('Sent with the question'),
  timeout: duration.prefault('2s'),
});

export const settings = z
  .strictObject({
    ...issuerFields,
    issuers: z.array(issuer).min(1).optional().describe('Several issuers, told apart by `iss`'),
    introspection: introspection.optional().describe('Ask an authorization server (RFC 7662)'),
    identityService: identityService.optional().describe('Ask a service of your own'),
    from: z
      .array(source)
      .min(1)
      .default([{ header: 'authorization', prefix: 'Bearer' }]),
    forward: z.boolean().default(true).describe('The upstream sees the token'),
    clockTolerance: duration.prefault('30s'),
    requireExpiry: z.boolean().default(true),
    requiredClaims: z.array(text).default([]),
    type: text.optional().describe('What `typ` of the header must be, as `at+jwt`'),
    maxAge: duration.optional().describe('Since `iat`'),
    subjectClaim: text.default('sub'),
    scopeClaim: text.optional().describe('Default `scope`, else `scp`'),
    consumerClaim: text.optional().describe('Whom quotas count against'),
    maxTokenBytes: z.int().positive().default(16_384),
    cacheFor: duration.optional().describe('Default 5m, or 30s where a service is asked; never longer than the token'),
    refusedFor: duration.prefault('10s').describe('How long a service’s no is remembered'),
    cacheEntries: z.int().nonnegative().default(10_000),
    keysFresh: duration.prefault('10m').describe('Age at which keys are fetched again'),
    keysCoolDown: duration.prefault('30s').describe('Between two fetches because of an unknown key'),
    keysTimeout: duration.prefault('5s'),
    realm: text.regex(/^[^"\\]*$/).optional(),
  })
  .superRefine((config, context) => {
    const own = config.secret ?? config.publicKey ?? config.jwks ?? config.algorithms;
    const others = [config.issuers, config.introspection, config.identityService].filter((way) => way !== undefined);
    if (others.length > 1 || (others.length === 1 && own !== undefined))
      problem(context, [], 'give one way alone: keys, `issuers`, `introspection` or `identityService`');
    else if (others.length === 0) checkKeys(config, context);
    const names = (config.issuers ?? []).map((one) => one.issuer);
    if (names.includes(undefined))
      problem(context, ['issuers'], 'each needs its `issuer`, by which tokens are told apart');
    else if (new Set(names).size < names.length) problem(context, ['issuers'], 'each `issuer` once');
  });

export type JwtSettings = z.output<typeof settings>;
export type IssuerSettings = z.output<typeof issuer>;
export type IntrospectionSettings = z.output<typeof introspection>;
export type ServiceSettings = z.output<typeof identityService>;

function problem(context: z.RefinementCtx, path: string[], message: string): void {
  context.addIssue({ code: 'custom', path, message });
}

function checkKeys(given: z.output<z.ZodObject<typeof issuerFields>>, context: z.RefinementCtx): void {
  const kinds = (['secret', 'publicKey', 'jwks'] as const).filter((kind) => given[kind] !== undefined);
  if (kinds.length > 1) {
    problem(context, [kinds[1]!], `not together with \`${kinds[0]}\``);
    return;
  }
  if (kinds.length === 0 && !/^https?:\/\//.test(given.issuer ?? '')) {
    problem(
      context,
      [],
      'give `secret`, `publicKey`, `jwks`, or an `issuer` whose OpenID configuration tells the keys',
    );
    return;
  }
  const short = (given.secret ?? []).some((one) => Buffer.from(one, given.secretEncoding).length < 32);
  if (short) {
    problem(context, ['secret'], 'shorter than 32 bytes: it could be guessed');
    return;
  }
  try {
    const allowed = allowedAlgorithms(given);
    const unfit = (given.algorithms ?? []).find((algorithm) => !allowed.includes(algorithm));
    if (unfit !== undefined)
      problem(context, ['algorithms'], `${unfit} does not fit the key; ${allowed.join(', ')} do`);
  } catch {
    problem(context, ['publicKey'], 'neither a public key in PEM nor a JWK of RSA, EC or Ed25519');
  }
}
