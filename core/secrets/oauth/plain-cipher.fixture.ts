import { raise } from '../../errors/catalogue.ts';
import type { Cipher } from '../cipher.ts';

/** Hides text from whoever greps for it, and from nobody else. */
export const plainCipher: Cipher = {
  encrypt: (text) => `sealed:${Buffer.from(text).toString('hex')}`,
  decrypt(sealed) {
    if (!sealed.startsWith('sealed:')) throw raise.CONNECTION_STATE_INVALID(undefined);
    return Buffer.from(sealed.slice(7), 'hex').toString();
  },
};
