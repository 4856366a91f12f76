import { raise } from '../../errors/catalogue.ts';
import { proveClient } from './client-authentication.ts';
import type { HeldConnection } from './connection-record.ts';
import { type ConsentOptions, keepConsent } from './consent.ts';
import { askForToken, post } from './token-endpoint.ts';

/** What a person types at the provider (RFC 8628). */
export interface DeviceCode {
  readonly userCode: string;
  readonly verificationUri: string;
  /** With the code in it, where the provider offers that. */
  readonly verificationUriComplete?: string;
  readonly expiresInMs: number;
  readonly everyMs: number;
  /** Shown when asking whether it was typed. Whoever has it gets the tokens. */
  readonly deviceCode: string;
}

export type DevicePoll = { readonly waiting: true; readonly slower: boolean } | { readonly connection: HeldConnection };

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const DEFAULT_INTERVAL_S = 5;

/** Throws CONNECTION_GRANT_UNSUPPORTED, CONNECTION_TOKEN_REFUSED, CONNECTION_ANSWER_INVALID. */
export async function beginDevice(options: ConsentOptions, connection: HeldConnection): Promise<DeviceCode> {
  const { at, client, scopes } = options.providers.footing(connection);
  const provider = at.spec.name;
  if (at.endpoints.device === undefined || !at.spec.grants.includes('device_code'))
    throw raise.CONNECTION_GRANT_UNSUPPORTED({ provider, grant: 'device_code' });
  const proof = proveClient(at, client, options.now());
  const { data } = await post(options.http, at, at.endpoints.device, proof, {
    client_id: client.id,
    ...(scopes.length > 0 && { scope: scopes.join(at.spec.scopes.separator ?? ' ') }),
  });
  const text = (name: string) => (typeof data[name] === 'string' ? (data[name] as string) : undefined);
  const error = text('error');
  if (error !== undefined) throw raise.CONNECTION_TOKEN_REFUSED({ provider, error });
  const [deviceCode, userCode] = [text('device_code'), text('user_code')];
  const verificationUri = text('verification_uri') ?? text('verification_url');
  if (deviceCode === undefined || userCode === undefined || !isHttp(verificationUri))
    throw raise.CONNECTION_ANSWER_INVALID({ provider, problem: 'it has no code for a person to type' });
  const complete = text('verification_uri_complete');
  return {
    deviceCode,
    userCode,
    verificationUri,
    ...(isHttp(complete) && { verificationUriComplete: complete }),
    expiresInMs: seconds(data['expires_in'], 600) * 1000,
    everyMs: seconds(data['interval'], DEFAULT_INTERVAL_S) * 1000,
  };
}

/** Asks once whether the code was typed. Throws CONNECTION_REFUSED, CONNECTION_DEVICE_EXPIRED, CONNECTION_TOKEN_REFUSED. */
export async function pollDevice(
  options: ConsentOptions,
  connection: HeldConnection,
  deviceCode: string,
): Promise<DevicePoll> {
  const footing = options.providers.footing(connection);
  const { at, client, scopes } = footing;
  const provider = at.spec.name;
  const { token, refusal } = await askForToken(options, at, client, {
    grant_type: GRANT,
    device_code: deviceCode,
    client_id: client.id,
  });
  if (token !== undefined) return { connection: await keepConsent(options, connection, footing, token, scopes) };
  const { error } = refusal;
  if (error === 'authorization_pending' || error === 'slow_down')
    return { waiting: true, slower: error === 'slow_down' };
  if (error === 'expired_token') throw raise.CONNECTION_DEVICE_EXPIRED({ provider });
  if (error === 'access_denied') throw raise.CONNECTION_REFUSED({ provider, ...refusal });
  throw raise.CONNECTION_TOKEN_REFUSED({ provider, ...refusal });
}

function isHttp(text: string | undefined): text is string {
  return text !== undefined && /^https?:$/.test(URL.parse(text)?.protocol ?? '');
}

function seconds(value: unknown, fallback: number): number {
  return typeof value === 'number' && value > 0 ? value : fallback;
}
