import { askIdentityService, fieldOf, type Http, type Identities, type PolicyIdentity } from '@backplane/sdk';
import type { ApiKeySettings } from './settings.ts';

export interface KeyOwnerOptions {
  readonly config: ApiKeySettings;
  readonly scheme: string;
  readonly http: Http;
  readonly identities: Identities;
  readonly signal: AbortSignal;
}

/** Whose a key is; undefined for keys that nobody knows. Rejects when there is no verdict. `digest`: SHA-256, hexadecimal. */
export type KeyOwner = (key: string, digest: string) => Promise<PolicyIdentity | undefined>;

/** By the list in the settings, by the identity service that they name, or else by the host itself. */
export function keyOwner(options: KeyOwnerOptions): KeyOwner {
  const { keys, identityService } = options.config;
  if (keys !== undefined) return listed(options, keys);
  if (identityService !== undefined) return asked(options, identityService);
  const { identities, signal, scheme, config } = options;
  return async (key) => {
    const known = await identities.verify(key, signal);
    const role = config.role === undefined ? {} : { role: config.role };
    return known && Object.freeze({ ...known, scheme, claims: Object.freeze({ ...known.claims, ...role }) });
  };
}

function listed({ scheme, config }: KeyOwnerOptions, keys: NonNullable<ApiKeySettings['keys']>): KeyOwner {
  const byHash = new Map(
    keys.map(({ id, hash, subject = id, scopes, claims }) => {
      const role = config.role === undefined ? {} : { role: config.role };
      const all = {
        sub: subject,
        api_key_id: id,
        ...role,
        ...(scopes.length > 0 && { scope: scopes.join(' ') }),
        ...claims,
      };
      return [hash, Object.freeze({ subject, scheme, scopes, claims: Object.freeze(all), consumer: id })];
    }),
  );
  return async (_key, digest) => byHash.get(`sha256:${digest}`);
}

function asked(
  { scheme, config, http, signal }: KeyOwnerOptions,
  { claims: fields, defaultScope, timeout, ...service }: NonNullable<ApiKeySettings['identityService']>,
): KeyOwner {
  const settings = { ...service, timeoutMs: timeout };
  const role = config.role ?? 'ApiUser';
  return async (key) => {
    const answer = await askIdentityService(http, settings, key, signal);
    if (answer === undefined) return undefined;
    const claims: Record<string, unknown> = { role };
    for (const [claim, field] of Object.entries(fields)) {
      const value = fieldOf(answer, field);
      if (value !== undefined && value !== null) claims[claim] = value;
    }
    if ((claims['scope'] ?? '') === '') claims['scope'] = defaultScope;
    const subject = String(claims['sub'] ?? '');
    if (subject === '') return undefined;
    const scope = claims['scope'];
    const words = Array.isArray(scope) ? scope.map(String) : String(scope).split(/[ ,]+/);
    const consumer = claims['api_key_id'];
    return Object.freeze({
      subject,
      scheme,
      scopes: words.filter((word) => word !== ''),
      claims: Object.freeze(claims),
      ...(consumer !== undefined && { consumer: String(consumer) }),
    });
  };
}
