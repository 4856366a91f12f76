import { DURATION, milliseconds } from '@backplane/sdk';
import { z } from 'zod';

const duration = z.union([z.number().nonnegative(), z.string().regex(DURATION)]).transform(milliseconds);
const text = z.string().min(1);

const source = z.union([
  z.strictObject({
    header: text.describe('Name of a header'),
    prefix: text.optional().describe('The word before the key'),
  }),
  z.strictObject({ cookie: text.describe('Name of a cookie') }),
  z.strictObject({ query: text.describe('Name of a parameter of the query') }),
]);

const listedKey = z.strictObject({
  id: text.describe('Names the key in claims, logs and quotas'),
  hash: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, 'sha256: and 64 hexadecimal digits')
    .describe('SHA-256 of the key; keys must be long and random'),
  subject: text.optional().describe('Whose it is; default its id'),
  scopes: z.array(text).default([]),
  claims: z.record(text, z.unknown()).default({}),
});

const identityService = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  field: text.default('apiKey').describe('Field of the question that holds the key'),
  valid: text.default('isValid').describe('Field of the answer that is true for a good key'),
  claims: z
    .record(text, text)
    .default({ sub: 'userId', api_key_id: 'apiKeyId', scope: 'scope' })
    .describe('Claim → field of the answer'),
  defaultScope: z.string().default('read').describe('Where the answer names none'),
  headers: z.record(text, z.string()).default({}).describe('Sent with the question'),
  timeout: duration.prefault('2s'),
});

export const settings = z
  .strictObject({
    keys: z.array(listedKey).min(1).optional().describe('Keys known beforehand, by their hashes'),
    identityService: identityService.optional().describe('Ask a service of your own'),
    from: z
      .array(source)
      .min(1)
      .default([{ header: 'authorization', prefix: 'ApiKey' }]),
    forward: z.boolean().default(false).describe('The upstream sees the key'),
    role: text.optional().describe('Claim `role` of all keys; default `ApiUser` with an identity service'),
    maxKeyBytes: z.int().positive().default(1_024),
    cacheFor: duration
      .optional()
      .describe('How long a good key is remembered; default `30s`, for keys of this host `2s`'),
    refusedFor: duration.prefault('10s').describe('How long a bad key is remembered'),
    cacheEntries: z.int().nonnegative().default(10_000),
  })
  .superRefine(({ keys = [], identityService: service }, context) => {
    if (keys.length > 0 && service !== undefined)
      context.addIssue({ code: 'custom', path: ['keys'], message: 'not together with `identityService`' });
    for (const name of ['id', 'hash'] as const) {
      if (new Set(keys.map((key) => key[name])).size < keys.length)
        context.addIssue({ code: 'custom', path: ['keys'], message: `each \`${name}\` once` });
    }
  });

export type ApiKeySettings = z.output<typeof settings>;
