import { createHash, timingSafeEqual } from 'node:crypto';
import { raise } from '../../errors/catalogue.ts';
import type { Authenticator, Presented } from '../authenticator.ts';
import { bearerToken } from '../bearer-token.ts';
import { looksLikeApiKey, readApiKey } from './api-key-text.ts';
import type { ApiKeys } from './api-keys.ts';

const SERVICE_HEADER = 'x-backplane-service-key';

/** Knows the owners of API keys, sent as bearer tokens. */
export function apiKeyAuthenticator(keys: Pick<ApiKeys, 'prove'>): Authenticator {
  const shown = ({ headers }: Pick<Presented, 'headers'>) => {
    const token = bearerToken(headers);
    return token !== undefined && looksLikeApiKey(token) ? token : undefined;
  };
  return {
    proof: 'api-key',
    nameOf: (presented) => readApiKey(shown(presented) ?? '')?.id,
    async identify(presented) {
      const token = shown(presented);
      if (token === undefined) return undefined;
      const actor = await keys.prove(token);
      if (actor === undefined) throw raise.HTTP_UNAUTHENTICATED(undefined);
      return actor;
    },
  };
}

/** Knows other services of the same installation, which act as the host itself. Compares in constant time. */
export function serviceKeyAuthenticator(key: string | undefined): Authenticator {
  const expected = key === undefined ? undefined : digest(key);
  return {
    proof: 'service-key',
    identify({ headers }) {
      const given = headers[SERVICE_HEADER];
      if (given === undefined) return undefined;
      if (expected === undefined || !timingSafeEqual(digest(String(given)), expected))
        throw raise.HTTP_UNAUTHENTICATED(undefined);
      return { kind: 'host', name: 'service key' };
    },
  };
}

const digest = (text: string) => createHash('sha256').update(text).digest();
