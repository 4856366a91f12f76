import type { Http, Log } from '@backplane/sdk';
import { decodeJwt, errors, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyOptions, jwtVerify } from 'jose';
import { allowedAlgorithms, publicKeyOf } from './key-material.ts';
import { remoteKeys } from './remote-keys.ts';
import type { IssuerSettings, JwtSettings } from './settings.ts';
import type { Verdict } from './verdict.ts';

export interface VerifierOptions {
  readonly config: JwtSettings;
  readonly http: Http;
  readonly log: Log;
  readonly signal: AbortSignal;
  now(): number;
}

type Verify = (token: string) => Promise<JWTPayload>;

/** Verifies signature and claims with keys at hand. Rejects only when there is no verdict. */
export function localVerifier(options: VerifierOptions): (token: string) => Promise<Verdict> {
  const { config } = options;
  const { issuers } = config;
  const byIssuer = new Map((issuers ?? []).map((one) => [one.issuer, verifierOf(one, options)]));
  const single = issuers === undefined ? verifierOf(config, options) : undefined;
  return async (token) => {
    try {
      const verify = single ?? byIssuer.get(decodeJwt(token).iss);
      if (verify === undefined) return { refused: 'The token is of no known issuer.' };
      const claims = await verify(token);
      return { claims, until: validUntil(claims, config) };
    } catch (error) {
      if (error instanceof errors.JOSEError) return { refused: reason(error) };
      throw error;
    }
  };
}

function verifierOf(issuer: IssuerSettings, { config, http, log, signal, now }: VerifierOptions): Verify {
  const fixed: JWTVerifyOptions = {
    algorithms: [...(issuer.algorithms ?? allowedAlgorithms(issuer))],
    clockTolerance: config.clockTolerance / 1000,
    requiredClaims: [...(config.requireExpiry ? ['exp'] : []), ...config.requiredClaims],
    ...(issuer.issuer !== undefined && { issuer: issuer.issuer }),
    ...(issuer.audience !== undefined && { audience: issuer.audience }),
    ...(config.type !== undefined && { typ: config.type }),
    ...(config.maxAge !== undefined && { maxTokenAge: config.maxAge / 1000 }),
  };
  const rules = () => ({ ...fixed, currentDate: new Date(now()) });
  const { secret, publicKey, jwks } = issuer;
  if (secret !== undefined) {
    const keys = secret.map((one) => Buffer.from(one, issuer.secretEncoding));
    return (token) => firstThatFits(keys, async (key) => (await jwtVerify(token, key, rules())).payload);
  }
  if (publicKey !== undefined) {
    const key = publicKeyOf(publicKey);
    return async (token) => (await jwtVerify(token, key, rules())).payload;
  }
  const at = jwks === undefined ? { issuer: issuer.issuer! } : { jwks };
  const { keysFresh: freshMs, keysCoolDown: coolDownMs, keysTimeout: timeoutMs } = config;
  const keys = remoteKeys({ http, at, freshMs, coolDownMs, timeoutMs, signal, log, now });
  return (token) => verifyRemotely(token, keys, rules());
}

async function verifyRemotely(token: string, keys: JWTVerifyGetKey, rules: JWTVerifyOptions): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, keys, rules)).payload;
  } catch (error) {
    // A token without `kid` may be of any of the issuer's keys.
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    const candidates: CryptoKey[] = [];
    for await (const key of error) candidates.push(key);
    return firstThatFits(candidates, async (key) => (await jwtVerify(token, key, rules)).payload);
  }
}

async function firstThatFits<K>(keys: readonly K[], verify: (key: K) => Promise<JWTPayload>): Promise<JWTPayload> {
  let last: unknown = new errors.JWSSignatureVerificationFailed();
  for (const key of keys) {
    try {
      return await verify(key);
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
      last = error;
    }
  }
  throw last;
}

function validUntil({ exp, iat }: JWTPayload, { clockTolerance, maxAge }: JwtSettings): number {
  const expires = exp === undefined ? Number.POSITIVE_INFINITY : exp * 1000 + clockTolerance;
  const ages = maxAge === undefined || iat === undefined ? expires : iat * 1000 + maxAge + clockTolerance;
  return Math.min(expires, ages);
}

function reason(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'The token has expired.';
  if (error instanceof errors.JWTClaimValidationFailed) return `The token’s claim "${error.claim}" is not as required.`;
  if (error instanceof errors.JWKSNoMatchingKey) return 'The token is signed with an unknown key.';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'The token’s algorithm is not allowed.';
  return 'The token is not valid.';
}
