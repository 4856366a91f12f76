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
import { introspectionVerifier, serviceVerifier } from './ask-service.ts';
import { settings } from './settings.ts';
import { identityOf } from './verdict.ts';
import { localVerifier } from './verify-locally.ts';

type Known = PolicyIdentity | { readonly refused: string };

export const jwt = defineGatewayPolicy({
  name: 'jwt',
  title: 'Bearer tokens',
  summary: 'Who calls, by a JSON Web Token, or by a token that a service knows.',
  config: settings,
  phases: ['authenticate', 'rewrite'],
  onFailure: 'closed',
  uses: ['http'],
  create({ config, http, now, log, signal, use }) {
    const scheme = use.scheme ?? 'jwt';
    const { introspection, identityService, from, maxTokenBytes, forward } = config;
    const options = { config, http, now, log, signal };
    const verify = introspection
      ? introspectionVerifier(options, introspection)
      : identityService
        ? serviceVerifier(options, identityService)
        : localVerifier(options);
    const asksService = introspection !== undefined || identityService !== undefined;
    const keepMs = config.cacheFor ?? (asksService ? 30_000 : 300_000);
    // Apart, so that a flood of bad tokens does not push out the good ones.
    const good = expiringCache<Known>({ maxEntries: config.cacheEntries });
    const bad = expiringCache<Known>({ maxEntries: asksService ? Math.min(config.cacheEntries, 1_000) : 0 });
    const flight = singleFlight<Known>();
    const challenge = config.realm === undefined ? 'Bearer ' : `Bearer realm="${config.realm}", `;

    async function find(token: string, key: string): Promise<Known> {
      const verdict = await verify(token);
      const identity = 'claims' in verdict ? identityOf(verdict.claims, scheme, config) : undefined;
      if ('claims' in verdict && identity !== undefined) {
        good.set(key, identity, Math.min(verdict.until, now() + keepMs));
        return identity;
      }
      const refused = 'refused' in verdict ? verdict : { refused: 'The token names nobody.' };
      bad.set(key, refused, now() + config.refusedFor);
      return refused;
    }

    function settle(exchange: Exchange, known: Known): PolicyReply | undefined {
      if ('refused' in known) return refuse(exchange, known.refused);
      exchange.identity = known;
      return undefined;
    }

    function refuse(exchange: Exchange, detail: string): PolicyReply {
      const error = `error="invalid_token", error_description="${detail.replaceAll(/["\\]|[^\x20-\x7e]/g, "'")}"`;
      return problemReply({
        status: 401,
        code: 'GATEWAY_TOKEN_INVALID',
        title: 'Token not accepted',
        detail,
        exchange,
        headers: { 'www-authenticate': challenge + error },
      });
    }

    function unavailable(exchange: Exchange, error: unknown): PolicyReply {
      exchange.log.warn('a token could not be verified', { error: String(error) });
      return identityUnavailable(exchange, 'the keys or the service that tokens are verified with cannot be reached');
    }

    return {
      authenticate(exchange) {
        const token = findCredential(exchange.request, from);
        if (token === undefined) return undefined;
        if (token === '') return refuse(exchange, 'The token is empty or was sent twice.');
        if (token.length > maxTokenBytes) return refuse(exchange, `The token is longer than ${maxTokenBytes} bytes.`);
        const key = hash('sha256', token, 'hex');
        const known = good.get(key, now()) ?? bad.get(key, now());
        if (known !== undefined) return settle(exchange, known);
        return flight(key, () => find(token, key)).then(
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
