import { createPublicKey } from 'node:crypto';
import { DURATION, milliseconds } from '@backplane/sdk';
import { z } from 'zod';

const duration = z.union([z.number().nonnegative(), z.string().regex(DURATION)]).transform(milliseconds);
const text = z.string().min(1);
const component = z
  .string()
  .regex(/^(?:@(?:method|target-uri|authority|scheme|request-target|path|query)|[a-z0-9-]+)$/, 'no component');

const key = z
  .strictObject({
    secret: text.optional().describe('Of hmac-sha256: at least 32 bytes'),
    secretEncoding: z.enum(['utf8', 'base64']).default('utf8'),
    publicKey: z
      .union([text, z.record(z.string(), z.unknown())])
      .optional()
      .describe('Of ed25519: PEM, or a JWK'),
    subject: text.optional().describe('Whose it is; default the name of the key'),
    scopes: z.array(text).default([]),
    claims: z.record(text, z.unknown()).default({}),
  })
  .superRefine(({ secret, secretEncoding, publicKey }, context) => {
    const problem = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if ((secret === undefined) === (publicKey === undefined)) problem('secret', 'either a `secret` or a `publicKey`');
    else if (secret !== undefined && Buffer.from(secret, secretEncoding).length < 32)
      problem('secret', 'shorter than 32 bytes: it could be guessed');
    else if (publicKey !== undefined && !isEd25519(publicKey)) problem('publicKey', 'no public key of Ed25519');
  });

export const settings = z.strictObject({
  keys: z
    .record(text, key)
    .refine((keys) => Object.keys(keys).length > 0, 'name at least one key')
    .describe('Name of a key, as signatures name it → key'),
  accept: z
    .array(z.enum(['message-signatures', 'authorization']))
    .min(1)
    .default(['message-signatures'])
    .describe('HTTP Message Signatures (RFC 9421), or `Authorization: Signature keyId=…`'),
  components: z
    .array(component)
    .min(1)
    .default(['@method', '@authority', '@path', '@query'])
    .describe('What a signature must cover at least'),
  digest: z.boolean().default(true).describe('Bodies must have a digest that the signature covers'),
  maxAge: duration.prefault('5m').describe('Of a signature'),
  clockTolerance: duration.prefault('30s'),
  replayGuard: z.boolean().default(true).describe('The same signature is good once'),
});

export type SignatureSettings = z.output<typeof settings>;
export type KeySettings = z.output<typeof key>;

export function publicKeyOf(given: NonNullable<KeySettings['publicKey']>) {
  return typeof given === 'string' ? createPublicKey(given) : createPublicKey({ format: 'jwk', key: given as never });
}

function isEd25519(given: NonNullable<KeySettings['publicKey']>): boolean {
  try {
    return publicKeyOf(given).asymmetricKeyType === 'ed25519';
  } catch {
    return false;
  }
}
