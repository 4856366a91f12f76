import type { Exchange, PolicyReply } from './exchange.ts';

export interface Problem {
  /** 400 to 599. */
  readonly status: number;
  /** Stable, for programs: `GATEWAY_RATE_LIMITED`. */
  readonly code: string;
  /** The same for every occurrence: `Too many requests`. */
  readonly title: string;
  /** For the caller: what is wrong with this request. Never a secret, never what an attacker should not learn. */
  readonly detail: string;
  readonly exchange: Pick<Exchange, 'id'>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members for programs (RFC 9457 §3.2). */
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** For logs and `gateway explain`, never the caller. Default: `detail`. Never a secret either. */
  readonly because?: string;
}

/** A refusal as a problem document (RFC 9457). */
export function problemReply({
  status,
  code,
  title,
  detail,
  exchange,
  headers,
  extensions,
  because = detail,
}: Problem): PolicyReply {
  return {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify({
      type: 'about:blank',
      title,
      status,
      code,
      detail,
      correlationId: exchange.id,
      ...extensions,
    }),
    because,
  };
}
