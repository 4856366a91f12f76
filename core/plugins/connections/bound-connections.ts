import { BackplaneError, type Http, type HttpReply, type HttpRequest } from '@backplane/sdk';
import { networkAllows } from '@backplane/sdk/host';
import { raise } from '../../errors/catalogue.ts';
import { hopsOf } from '../../network/hops.ts';
import type { ConnectionSource, ResolvedConnection } from './connection-source.ts';
import { maskBytes, maskText } from './mask-secrets.ts';

export interface ConnectionSlot {
  readonly kind: string;
  readonly scopes?: readonly string[];
  readonly optional?: boolean;
}

/** A connection as a plugin has it. */
export interface BoundConnection extends Http {
  readonly kind: string;
  readonly account: string;
  readonly grantedScopes: readonly string[];
}

export interface BindOptions {
  readonly source: ConnectionSource;
  readonly http: Http;
  readonly workspace: string;
  readonly environment: string;
  readonly signal: AbortSignal;
  /** Told every form of every credential, so that whoever records can mask it. */
  onSecret?(value: string): void;
}

/** The connections of one call, by slot. An optional one that is not there is absent. Throws PLUGIN_CONNECTION_MISSING, PLUGIN_CONNECTION_INVALID. */
export async function bindConnections(
  slots: Readonly<Record<string, ConnectionSlot>>,
  options: BindOptions,
): Promise<Record<string, BoundConnection>> {
  const bound: Record<string, BoundConnection> = {};
  const { source, workspace, environment, onSecret } = options;
  for (const [slot, { kind, scopes = [], optional }] of Object.entries(slots)) {
    const resolved = await source.resolve(kind, workspace, environment);
    if (resolved === undefined && optional) continue;
    if (resolved === undefined) throw raise.PLUGIN_CONNECTION_MISSING({ kind, environment });
    // Sources that know no scopes grant none and check none.
    const missing =
      resolved.grantedScopes.length === 0 ? [] : scopes.filter((scope) => !resolved.grantedScopes.includes(scope));
    if (missing.length > 0)
      throw raise.PLUGIN_CONNECTION_INVALID({ kind, problem: `it lacks the scopes ${missing.join(', ')}` });
    for (const value of resolved.secretValues) onSecret?.(value);
    bound[slot] = connection(kind, resolved, options);
  }
  return bound;
}

function connection(kind: string, first: ResolvedConnection, { http, signal, onSecret }: BindOptions): BoundConnection {
  const { account, grantedScopes, allowedHosts } = first;
  const rules = allowedHosts.map((host) => ({ host: host.toLowerCase() }));
  const permits = (url: URL, method = 'GET') =>
    (url.protocol === 'https:' || isLocal(url)) && networkAllows(rules, method, url);
  let resolved = first;
  const secretValues = [...first.secretValues];
  const withCredential = async (hop: HttpRequest): Promise<HttpReply> => {
    const reply = await http.send(resolved.attach(hop));
    if (reply.status !== 401 || !isRepeatable(hop)) return reply;
    const renewed = await resolved.renew?.();
    if (renewed === undefined) return reply;
    for (const value of renewed.secretValues) onSecret?.(value);
    secretValues.push(...renewed.secretValues);
    resolved = renewed;
    return http.send(resolved.attach(hop));
  };
  const send = (request: HttpRequest) =>
    hopsOf(
      { ...request, signal: request.signal ? AbortSignal.any([signal, request.signal]) : signal },
      async (hop, origin) => {
        const url = URL.parse(hop.url);
        if (url === null) return http.send(hop);
        // The first target must be one of the connection's; where it redirects to, the credential goes only if that is one, too.
        if (permits(url, hop.method)) return withCredential(hop);
        if (url.origin === origin.origin) throw raise.PLUGIN_CONNECTION_HOST_REFUSED({ kind, host: url.host });
        return http.send(hop);
      },
    );
  return {
    kind,
    account,
    grantedScopes,
    async send(request) {
      try {
        return maskReply(await send(request), secretValues);
      } catch (thrown) {
        throw maskError(thrown, secretValues);
      }
    },
  };
}

/** Once more does no harm, and the body is still there. */
function isRepeatable({ method = 'GET', body }: HttpRequest): boolean {
  return /^(GET|HEAD|OPTIONS|PUT|DELETE)$/i.test(method) && typeof body !== 'function';
}

/** Credentials never travel in the clear, except on this machine. */
function isLocal({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
}

function maskReply(reply: HttpReply, secrets: readonly string[]): HttpReply {
  return {
    ...reply,
    url: maskText(reply.url, secrets),
    headers: Object.fromEntries(Object.entries(reply.headers).map(([name, value]) => [name, maskText(value, secrets)])),
    body: maskBytes(reply.body, secrets),
  };
}

function maskError(thrown: unknown, secrets: readonly string[]): unknown {
  if (!BackplaneError.is(thrown)) return thrown;
  const { code, message, facts } = thrown;
  const details =
    facts.details === undefined ? {} : { details: JSON.parse(maskText(JSON.stringify(facts.details), secrets)) };
  return new BackplaneError(code, maskText(message, secrets), { ...facts, ...details });
}
