import type { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { TryOutcome } from '../upstreams/upstream.ts';

const TIMEOUTS = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT']);
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'EADDRNOTAVAIL',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED',
]);

export interface UpstreamFailure {
  readonly error: BackplaneError;
  readonly outcome: TryOutcome;
}

/** What the caller is told when no answer came, or half of one. */
export function upstreamFailure(upstream: string, problem: Error, limitMs: number): UpstreamFailure {
  const code = (problem as NodeJS.ErrnoException).code ?? '';
  if (TIMEOUTS.has(code)) {
    const error = raise.GATEWAY_UPSTREAM_TIMEOUT({ upstream, limitMs }, { cause: problem });
    return { error, outcome: { failure: code === 'UND_ERR_CONNECT_TIMEOUT' ? 'connect' : 'timeout' } };
  }
  if (UNREACHABLE.has(code)) {
    const error = raise.GATEWAY_UPSTREAM_UNREACHABLE({ upstream, cause: code }, { cause: problem });
    return { error, outcome: { failure: 'connect' } };
  }
  const cause =
    code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE'
      ? 'it closed the connection'
      : code || 'broken';
  return {
    error: raise.GATEWAY_UPSTREAM_BROKEN({ upstream, cause }, { cause: problem }),
    outcome: { failure: 'broken' },
  };
}
