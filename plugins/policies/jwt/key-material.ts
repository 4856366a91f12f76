import { createPublicKey, type KeyObject } from 'node:crypto';

export const SYMMETRIC = ['HS256', 'HS384', 'HS512'] as const;
const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const;
const EDWARDS = ['EdDSA', 'Ed25519'] as const;
export const ASYMMETRIC = [...RSA, 'ES256', 'ES384', 'ES512', ...EDWARDS] as const;
export type Algorithm = (typeof SYMMETRIC)[number] | (typeof ASYMMETRIC)[number];

const OF_CURVE: Readonly<Record<string, Algorithm>> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };

export interface KeyMaterial {
  readonly secret?: readonly string[] | undefined;
  readonly publicKey?: string | Readonly<Record<string, unknown>> | undefined;
}

/** What a token may be signed with. The kind of key decides, never the token: a public key is no secret of HS256. */
export function allowedAlgorithms({ secret, publicKey }: KeyMaterial): readonly Algorithm[] {
  if (secret !== undefined) return SYMMETRIC;
  if (publicKey === undefined) return ASYMMETRIC;
  const { asymmetricKeyType: kind, asymmetricKeyDetails: details } = publicKeyOf(publicKey);
  if (kind === 'rsa' && (details?.modulusLength ?? 0) >= 2048) return RSA;
  if (kind === 'ed25519') return EDWARDS;
  const ofCurve = kind === 'ec' ? OF_CURVE[details?.namedCurve ?? ''] : undefined;
  if (ofCurve === undefined) throw new TypeError(`keys of the kind ${kind} sign no tokens`);
  return [ofCurve];
}

export function publicKeyOf(given: NonNullable<KeyMaterial['publicKey']>): KeyObject {
  return typeof given === 'string' ? createPublicKey(given) : createPublicKey({ format: 'jwk', key: given as never });
}
