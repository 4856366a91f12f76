import type { Cipher } from '../cipher.ts';
import { sealValues, unsealValues } from '../sealed-values.ts';
import type { KeyClaims } from './key-claims.ts';

/** Seals with the key that is current in the database, opens with any that this host has. */
export function ringCipher(claims: KeyClaims): Cipher {
  return {
    async seal(tx, owner, values) {
      const key = await claims.sealing(tx);
      return { payload: sealValues(key, owner, values), keyId: key.id };
    },
    open: (owner, payload) => unsealValues(claims.ring, owner, payload),
  };
}
