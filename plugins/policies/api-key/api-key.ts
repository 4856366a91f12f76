import { hash } from 'node:crypto';
import {
  defineGatewayPolicy,
  dropCredential,
  type Exchange,
  expiringCache,
  findCredential,
  identityUnavailable,
  type PolicyIdentity,
  type PolicyReply,
  problemReply,
  singleFlight,
} from '@backplane/sdk';
import { keyOwner } from './key-owner.ts';
import { settings } from './settings.ts';

export const apiKey = defineGatewayPolicy({
  name: 'api-key',
  title: 'API keys',
  summary: 'Who calls, by a key of this host, of an identity service, or of a list.',
  config: settings,
  phases: ['authenticate', 'rewrite'],
  onFailure: 'closed',
  uses: ['http'],
  create({ config, http, identities, now, signal, use }) {
    const { from, forward, maxKeyBytes, refusedFor, cacheEntries } = config;
    const isOfHost = config.keys === undefined && config.identityService === undefined;
    // The host answers from memory, and hears at once of what is withdrawn.
    const { cacheFor = isOfHost ? 2_000 : 30_000 } = config;
    const ownerOf = keyOwner({ config, http, identities, signal, scheme: use.scheme ?? 'api-key' });
    // Apart, so that a flood of bad keys does not push out the good ones.
    const good = expiringCache<PolicyIdentity>({ maxEntries: cacheEntries });
    const bad = expiringCache<true>({ maxEntries: Math.min(cacheEntries, 1_000) });
    const flight = singleFlight<PolicyIdentity | undefined>();

    async function find(key: string, digest: string): Promise<PolicyIdentity | undefined> {
      const owner = await ownerOf(key, digest);
      if (owner === undefined) bad.set(digest, true, now() + refusedFor);
      else good.set(digest, owner, now() + cacheFor);
      return owner;
    }

    function settle(exchange: Exchange, owner: PolicyIdentity | undefined): PolicyReply | undefined {
      if (owner === undefined) return refuse(exchange, 'The API key is not valid.');
      exchange.identity = owner;
      return undefined;
    }

    function refuse(exchange: Exchange, detail: string): PolicyReply {
      return problemReply({
        status: 401,
        code: 'GATEWAY_API_KEY_INVALID',
        title: 'API key not accepted',
        detail,
        exchange,
        headers: { 'www-authenticate': 'ApiKey' },
      });
    }

    function unavailable(exchange: Exchange, error: unknown): PolicyReply {
      exchange.log.warn('an API key could not be verified', { error: String(error) });
      return identityUnavailable(exchange, 'whoever knows the API keys cannot be reached');
    }

    return {
      authenticate(exchange) {
        const key = findCredential(exchange.request, from);
        if (key === undefined) return undefined;
        if (key === '') return refuse(exchange, 'The API key is empty or was sent twice.');
        if (key.length > maxKeyBytes) return refuse(exchange, `The API key is longer than ${maxKeyBytes} bytes.`);
        const digest = hash('sha256', key, 'hex');
        const owner = good.get(digest, now());
        if (owner !== undefined) return settle(exchange, owner);
        if (bad.get(digest, now())) return settle(exchange, undefined);
        return flight(digest, () => find(key, digest)).then(
          (found) => settle(exchange, found),
          (error) => unavailable(exchange, error),
        );
      },
      rewrite(exchange) {
        if (!forward) dropCredential(exchange, from);
        return undefined;
      },
    };
  },
});
