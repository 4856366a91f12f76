import { createPublicKey, verify } from 'node:crypto';
import { z } from 'zod';
import type { Proof } from '../../lock/lock-entry.ts';
import type { Dist } from './packument.ts';

const keysSchema = z.object({
  keys: z.array(z.object({ keyid: z.string(), key: z.string(), keytype: z.string(), expires: z.string().nullish() })),
});

export interface SignedVersion {
  readonly name: string;
  readonly version: string;
  /** The digest that was signed along. */
  readonly integrity: string;
  readonly signatures: Dist['signatures'];
  /** ISO time, when known: a key may have expired since. */
  readonly published?: string;
}

/**
 * Whether the registry signed this version with one of its keys. `absent`: it has no signature. `unchecked`: nobody can tell, for want of
 * the key. `bad`: somebody signed something else, or with a key that was out of date.
 */
export function verifySignature(signed: SignedVersion, keys: string | undefined): Proof {
  const { name, version, integrity, signatures = [], published } = signed;
  if (signatures.length === 0) return { state: 'absent' };
  const known = readKeys(keys);
  const usable = signatures.flatMap(({ keyid, sig }) => {
    const key = known.find((row) => row.keyid === keyid);
    return key === undefined ? [] : [{ key, sig }];
  });
  if (usable.length === 0) return { state: 'unchecked' };
  const message = Buffer.from(`${name}@${version}:${integrity}`);
  for (const { key, sig } of usable) {
    if (key.expires && (published === undefined || Date.parse(published) > Date.parse(key.expires))) {
      if (published === undefined) return { state: 'unchecked' };
      return { state: 'bad', by: `the key ${key.keyid} had expired when it was published` };
    }
    if (!isValid(key.key, message, sig)) return { state: 'bad', by: `it does not fit the key ${key.keyid}` };
  }
  return { state: 'verified', by: usable.map(({ key }) => key.keyid).join(', ') };
}

function readKeys(text: string | undefined): z.output<typeof keysSchema>['keys'] {
  if (text === undefined) return [];
  try {
    return keysSchema.safeParse(JSON.parse(text)).data?.keys ?? [];
  } catch {
    return [];
  }
}

function isValid(key: string, message: Buffer, signature: string): boolean {
  try {
    const publicKey = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' });
    return verify('sha256', message, publicKey, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}
