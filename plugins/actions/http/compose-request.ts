import type { HttpRequest, Ports, RunInfo } from '@backplane/sdk';
import type { RepeatableArguments } from './arguments.ts';
import { withQuery } from './query.ts';
import { requestBody } from './request-body.ts';
import { tlsOptions } from './tls-secrets.ts';
import { wireText } from './wire-text.ts';

export interface RequestContext {
  readonly secrets: Ports['secrets'];
  readonly run: RunInfo;
  readonly signal: AbortSignal;
}

/** Arguments of an action as one request. Its URL is checked only where it is sent. */
export function composeRequest(input: RepeatableArguments, { secrets, run, signal }: RequestContext): HttpRequest {
  const { body, contentType } = requestBody(input);
  const headers = givenHeaders(input.headers ?? {});
  const has = (name: string) => Object.keys(headers).some((given) => given.toLowerCase() === name.toLowerCase());
  if (contentType !== undefined && !has('content-type')) headers['content-type'] = contentType;
  if (input.auth !== undefined) setBasic(headers, input.auth);
  const keyHeader = input.idempotency_key_header;
  if (keyHeader !== undefined && !has(keyHeader)) headers[keyHeader] = run.idempotencyKey;
  return {
    url: withQuery(input.url, input.params),
    method: input.method,
    headers,
    body,
    timeoutMs: input.timeout * 1000,
    followRedirects: input.follow_redirects,
    maxRedirects: input.max_redirects,
    verifyTls: input.verify_ssl,
    ...tlsOptions(secrets),
    signal,
  };
}

function givenHeaders(given: Readonly<Record<string, unknown>>): Record<string, string> {
  const present = Object.entries(given).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(present.map(([name, value]) => [name, wireText(value)]));
}

/** Replaces a header that says otherwise. */
function setBasic(headers: Record<string, string>, auth: NonNullable<RepeatableArguments['auth']>): void {
  for (const name of Object.keys(headers)) if (name.toLowerCase() === 'authorization') delete headers[name];
  const pair = `${auth.username ?? ''}:${auth.password ?? ''}`;
  headers['authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`;
}
