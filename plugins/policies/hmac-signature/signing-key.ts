import { createHmac, timingSafeEqual, verify } from 'node:crypto';
import type { PolicyIdentity } from '@backplane/sdk';
import { type KeySettings, publicKeyOf } from './settings.ts';

export interface SigningKey {
  readonly algorithm: 'hmac-sha256' | 'ed25519';
  readonly identity: PolicyIdentity;
  verify(base: string, signature: Uint8Array): boolean;
}

/** What a key can verify; the key says with which algorithm, never the request. */
export function signingKey(name: string, settings: KeySettings, scheme: string): SigningKey {
  const { secret, secretEncoding, publicKey, subject = name, scopes, claims } = settings;
  const all = Object.freeze({ sub: subject, key_id: name, ...claims });
  const identity = Object.freeze({ subject, scheme, scopes, claims: all, consumer: name });
  if (publicKey !== undefined) {
    const key = publicKeyOf(publicKey);
    return {
      algorithm: 'ed25519',
      identity,
      verify: (base, signature) => verify(null, Buffer.from(base), key, signature),
    };
  }
  const key = Buffer.from(secret!, secretEncoding);
  return {
    algorithm: 'hmac-sha256',
    identity,
    verify(base, signature) {
      const expected = createHmac('sha256', key).update(base).digest();
      return signature.length === expected.length && timingSafeEqual(signature, expected);
    },
  };
}
