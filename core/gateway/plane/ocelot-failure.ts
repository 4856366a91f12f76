import type { ErrorRecord, PolicyReply } from '@backplane/sdk';

/** Ocelot's status where it differs from the gateway's own. */
const STATUSES: Readonly<Record<string, number>> = {
  GATEWAY_UPSTREAM_TIMEOUT: 503,
  GATEWAY_UPSTREAM_BROKEN: 502,
  GATEWAY_METHOD_NOT_ALLOWED: 404,
  GATEWAY_NO_TARGET: 404,
  // Whatever its load balancer throws.
  GATEWAY_REGISTRY_UNREACHABLE: 500,
};

/** Ocelot tells callers no more than a status. */
export function ocelotFailure({ code, status = 500, message }: ErrorRecord): PolicyReply {
  return { status: STATUSES[code] ?? status, because: message };
}

/** What a policy answers instead of the upstream: its status, without the gateway's own problem document. */
export function ocelotReply(reply: PolicyReply): PolicyReply {
  const { 'content-type': type, 'www-authenticate': _challenge, ...headers } = reply.headers ?? {};
  if (!type?.startsWith('application/problem+json')) return reply;
  const { body: _, ...rest } = reply;
  return { ...rest, headers };
}
