import { askIdentityService, fieldOf } from '@backplane/sdk';
import type { IntrospectionSettings, ServiceSettings } from './settings.ts';
import type { Claims, Verdict } from './verdict.ts';
import type { VerifierOptions } from './verify-locally.ts';

const REFUSED: Verdict = { refused: 'The token is not valid.' };

/** A service of one's own: `{token}` → `{isValid, userId, email, provider}`. */
export function serviceVerifier(
  { http, signal }: VerifierOptions,
  { claims: fields, timeout, ...service }: ServiceSettings,
): (token: string) => Promise<Verdict> {
  const settings = { ...service, timeoutMs: timeout };
  return async (token) => {
    const answer = await askIdentityService(http, settings, token, signal);
    if (answer === undefined) return REFUSED;
    const found = Object.entries(fields).map(([claim, field]) => [claim, fieldOf(answer, field)] as const);
    const claims = Object.fromEntries(found.filter(([, value]) => value !== undefined && value !== null));
    return { claims, until: Number.POSITIVE_INFINITY };
  };
}

/** An authorization server's introspection endpoint (RFC 7662). */
export function introspectionVerifier(
  { http, signal, config, now }: VerifierOptions,
  { url, clientId, clientSecret, timeout }: IntrospectionSettings,
): (token: string) => Promise<Verdict> {
  const client = [clientId, clientSecret]
    .map((part) => new URLSearchParams([['', part]]).toString().slice(1))
    .join(':');
  const headers = {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    authorization: `Basic ${Buffer.from(client).toString('base64')}`,
  };
  return async (token) => {
    const { status, body } = await http.send({
      url,
      method: 'POST',
      headers,
      body: new URLSearchParams({ token, token_type_hint: 'access_token' }).toString(),
      followRedirects: false,
      maxResponseBytes: 65_536,
      timeoutMs: timeout,
      signal,
    });
    if (status !== 200) throw new Error(`the introspection endpoint answered ${status}`);
    const { active, ...claims } = JSON.parse(new TextDecoder().decode(body)) as Record<string, unknown>;
    return active === true ? judge(claims) : REFUSED;
  };

  function judge(claims: Claims): Verdict {
    const { iss, aud, exp, nbf } = claims;
    const { issuer, audience, clockTolerance, requiredClaims, subjectClaim } = config;
    if (issuer !== undefined && iss !== undefined && iss !== issuer) return unlike('iss');
    const audiences = Array.isArray(aud) ? aud : [aud];
    if (audience !== undefined && !audience.some((one) => audiences.includes(one))) return unlike('aud');
    const missing = requiredClaims.find((name) => claims[name] === undefined);
    if (missing !== undefined) return unlike(missing);
    if (typeof nbf === 'number' && nbf * 1000 > now() + clockTolerance) return unlike('nbf');
    const until = typeof exp === 'number' ? exp * 1000 + clockTolerance : Number.POSITIVE_INFINITY;
    if (until <= now()) return { refused: 'The token has expired.' };
    const subject = claims[subjectClaim] ?? claims['username'] ?? claims['client_id'];
    return { claims: { ...claims, [subjectClaim]: subject }, until };
  }
}

const unlike = (claim: string): Verdict => ({ refused: `The token’s claim "${claim}" is not as required.` });
