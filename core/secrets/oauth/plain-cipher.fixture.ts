import { raise } from '../../errors/catalogue.ts';
import type { Cipher } from '../cipher.ts';

/** Hides text from whoever greps for it, and from nobody else. */
export const plainCipher: Cipher = {
  seal: async (_tx, owner, values) => ({
    payload: Buffer.from(JSON.stringify({ owner, values })).toString('hex'),
    keyId: 'plain',
  }),
  open(owner, payload) {
    const sealed = JSON.parse(Buffer.from(payload, 'hex').toString());
    if (sealed.owner !== owner) throw raise.CONNECTION_STATE_INVALID(undefined);
    return sealed.values;
  },
};
