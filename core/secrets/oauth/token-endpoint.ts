import { type Http, type HttpReply, parseJson } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { proveClient } from './client-authentication.ts';
import type { OAuthClient } from './oauth-client.ts';
import type { ProviderAt } from './provider-at.ts';
import { readTokenAnswer, type TokenAnswer } from './token-answer.ts';

export interface TokenEndpointOptions {
  readonly http: Http;
  readonly now: () => number;
}

/** What the provider answered instead of a token. */
export interface Refusal {
  readonly error: string;
  readonly description?: string;
}

export type Asked =
  | { readonly token: TokenAnswer; readonly refusal?: never }
  | { readonly refusal: Refusal; readonly token?: never };

const TIMEOUT_MS = 20_000;
const MAX_ANSWER_BYTES = 256 * 1024;

/**
 * Asks the token endpoint. A refusal in the words of OAuth is an answer. Throws CONNECTION_ANSWER_INVALID for what is neither, and
 * the network's own errors.
 */
export async function askForToken(
  { http, now }: TokenEndpointOptions,
  at: ProviderAt,
  client: OAuthClient,
  grant: Readonly<Record<string, string>>,
): Promise<Asked> {
  const answer = await post(http, at, at.endpoints.token, proveClient(at, client, now()), {
    ...at.spec.parameters?.token,
    ...grant,
  });
  const refusal = refusalIn(answer.data);
  if (refusal !== undefined) return { refusal };
  if (answer.status >= 400)
    throw raise.CONNECTION_ANSWER_INVALID({ provider: at.spec.name, problem: `status ${answer.status}` });
  return { token: readTokenAnswer(at, answer.data, now()) };
}

/** Tells the provider that a token is not needed any more (RFC 7009). False when it does not take that, or cannot be reached. */
export async function revokeToken(
  { http, now }: TokenEndpointOptions,
  at: ProviderAt,
  client: OAuthClient,
  token: string,
  hint: 'access_token' | 'refresh_token',
): Promise<boolean> {
  if (at.endpoints.revoke === undefined) return false;
  try {
    const proof = proveClient(at, client, now());
    const { status } = await send(
      http,
      at.endpoints.revoke,
      proof.headers,
      {
        ...proof.parameters,
        token,
        token_type_hint: hint,
      },
      at.spec.tokenBody,
    );
    return status < 400;
  } catch {
    return false;
  }
}

/** Posts a form as the client and reads the JSON answer. */
export async function post(
  http: Http,
  at: ProviderAt,
  url: string,
  proof: ReturnType<typeof proveClient>,
  form: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly data: Readonly<Record<string, unknown>> }> {
  const reply = await send(http, url, proof.headers, { ...form, ...proof.parameters }, at.spec.tokenBody);
  return { status: reply.status, data: readAnswer(at, reply) };
}

/** Redirects are not followed: a token endpoint has no business elsewhere. */
function send(
  http: Http,
  url: string,
  headers: Readonly<Record<string, string>>,
  members: Readonly<Record<string, string>>,
  kind: 'form' | 'json' = 'form',
): Promise<HttpReply> {
  return http.send({
    url,
    method: 'POST',
    headers: { ...headers, accept: 'application/json', ...(kind === 'json' && { 'content-type': 'application/json' }) },
    body: kind === 'json' ? JSON.stringify(members) : new URLSearchParams(members),
    timeoutMs: TIMEOUT_MS,
    maxResponseBytes: MAX_ANSWER_BYTES,
    followRedirects: false,
  });
}

/** JSON as the standard says; some still answer with a form. */
function readAnswer({ spec }: ProviderAt, { status, headers, body }: HttpReply): Readonly<Record<string, unknown>> {
  const text = Buffer.from(body).toString('utf8');
  try {
    if (headers['content-type']?.startsWith('application/x-www-form-urlencoded'))
      return Object.fromEntries(new URLSearchParams(text));
    const data = parseJson(text);
    if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data as Record<string, unknown>;
  } catch {
    // Said below, without the text: it may hold a token.
  }
  throw raise.CONNECTION_ANSWER_INVALID({
    provider: spec.name,
    problem: `status ${status} with a body that is no JSON object`,
  });
}

/** RFC 6749 §5.2; Slack says `ok: false` with status 200. */
function refusalIn(data: Readonly<Record<string, unknown>>): Refusal | undefined {
  const { error, error_description: description } = data;
  if (typeof error !== 'string') return data['ok'] === false ? { error: 'refused' } : undefined;
  return { error: plain(error), ...(typeof description === 'string' && { description: plain(description) }) };
}

/** Foreign text for people: one line, not long. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 300);
}
