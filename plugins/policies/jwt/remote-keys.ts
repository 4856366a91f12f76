import type { Http, Log } from '@backplane/sdk';
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

export interface RemoteKeysOptions {
  readonly http: Http;
  /** Where the keys are, or the issuer whose OpenID configuration tells. */
  readonly at: { readonly jwks: string } | { readonly issuer: string };
  readonly freshMs: number;
  readonly coolDownMs: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly log: Log;
  now(): number;
}

/** No key was ever there, and none can be had now: no verdict about any token. */
export class KeysUnavailable extends Error {}

const LARGEST = 1_048_576;
const AFTER_FAILURE_MS = 1_000;

/**
 * The keys that an issuer publishes. Old ones are renewed beside the requests and go on while the issuer is down; an unknown one is asked
 * for, but not more often than the cool-down allows, since anybody can name one.
 */
export function remoteKeys(options: RemoteKeysOptions): JWTVerifyGetKey {
  const { http, at, freshMs, coolDownMs, timeoutMs, signal, log, now } = options;
  let keys: JWTVerifyGetKey | undefined;
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let askedAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;

  async function json(url: string): Promise<Record<string, unknown>> {
    const headers = { accept: 'application/json' };
    const { status, body } = await http.send({ url, headers, timeoutMs, maxResponseBytes: LARGEST, signal });
    if (status !== 200) throw new Error(`${new URL(url).host} answered ${status}`);
    return JSON.parse(new TextDecoder().decode(body));
  }

  async function address(): Promise<string> {
    if ('jwks' in at) return at.jwks;
    const { issuer, jwks_uri } = await json(`${at.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    if (issuer !== at.issuer) throw new Error('the OpenID configuration is of another issuer');
    const { protocol } = new URL(String(jwks_uri));
    if (protocol !== 'https:' && protocol !== new URL(at.issuer).protocol)
      throw new Error('the keys are not under https');
    return String(jwks_uri);
  }

  async function fetchKeys(): Promise<void> {
    askedAt = now();
    keys = createLocalJWKSet((await json(await address())) as unknown as JSONWebKeySet);
    fetchedAt = now();
  }

  function renew(): Promise<void> {
    asking ??= fetchKeys().finally(() => {
      asking = undefined;
    });
    return asking;
  }

  const warn = (error: unknown) =>
    log.warn('keys of tokens could not be fetched', { from: 'jwks' in at ? at.jwks : at.issuer, error: String(error) });

  return async (header, token) => {
    if (keys === undefined) {
      if (asking === undefined && now() - askedAt < AFTER_FAILURE_MS) throw new KeysUnavailable();
      try {
        await renew();
      } catch (error) {
        warn(error);
        throw new KeysUnavailable();
      }
    } else if (now() - fetchedAt > freshMs && now() - askedAt >= Math.min(coolDownMs, freshMs)) {
      renew().catch(warn);
    }
    try {
      return await keys!(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || now() - askedAt < coolDownMs) throw error;
      await renew().catch(warn);
      return keys!(header, token);
    }
  };
}
