import { raise } from '../errors/catalogue.ts';
import { fernetDecrypt, fernetEncrypt } from './fernet.ts';
import type { KeyRing, RingKey } from './key/key-ring.ts';
import type { KeyValues } from './material/secret-facts.ts';

/** The values of one secret as a token, bound to it: moved to another row it opens no more. */
export function sealValues({ key }: RingKey, secretId: string, values: KeyValues): string {
  return fernetEncrypt(key, Buffer.from(JSON.stringify({ secret: secretId, values })));
}

/** Throws SECRETS_TOKEN_INVALID. */
export function unsealValues(ring: KeyRing, secretId: string, token: string): KeyValues {
  const content = fernetDecrypt(
    ring.keys.map(({ key }) => key),
    token,
  );
  const { secret, values } = JSON.parse(content.toString('utf8')) as { secret: string; values: KeyValues };
  if (secret !== secretId) throw raise.SECRETS_TOKEN_INVALID({ problem: 'it is that of another secret' });
  return values;
}
