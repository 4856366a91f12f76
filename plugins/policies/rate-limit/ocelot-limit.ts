import {
  andThen,
  type Exchange,
  type PolicyReply,
  type PolicyStep,
  type ResponseExchange,
  type SharedState,
  type SharedUpdates,
  sharedUpdates,
  type Update,
} from '@backplane/sdk';
import type { OcelotSettings } from './settings.ts';

export interface OcelotCounting {
  readonly shared: SharedState;
  now(): number;
  onRefused(exchange: Exchange): void;
}

export interface OcelotVerdict {
  readonly remaining: number;
  /** Epoch milliseconds at which the period ends. */
  readonly resetAt: number;
  /** Undefined: it may pass. */
  readonly retryMs: number | undefined;
}

/** Who calls in Ocelot 24.0 and names no client. */
const NAMELESS = 'client';

/** The limit of Ocelot: a period from the first request on, and a wait from the request that was one too many. */
export function ocelotWindow({ limit, periodMs, waitMs }: { limit: number; periodMs: number; waitMs: number }) {
  const ttlMs = periodMs + waitMs + 1_000;
  return (state: string | undefined, now: number): Update<OcelotVerdict> => {
    const fresh = () => ({
      next: `${now}//1`,
      ttlMs,
      result: { remaining: limit - 1, resetAt: now + periodMs, retryMs: undefined },
    });
    if (state === undefined) return fresh();
    const [started, exceeded, counted] = state.split('/') as [string, string, string];
    const startedAt = Number(started);
    if (startedAt + periodMs < now && (exceeded === '' || Number(exceeded) + waitMs < now)) return fresh();
    const total = Number(counted) + 1;
    const resetAt = startedAt + periodMs;
    if (total <= limit)
      return {
        next: `${startedAt}//${total}`,
        ttlMs,
        result: { remaining: limit - total, resetAt, retryMs: undefined },
      };
    const exceededAt = exceeded === '' ? now : Number(exceeded);
    const retryMs = (waitMs > 0 ? exceededAt + waitMs : resetAt) - now;
    if (retryMs < 0) return fresh();
    const result = { remaining: 0, resetAt, retryMs };
    // What comes after the one too many changes nothing.
    return exceeded === '' ? { next: `${startedAt}/${exceededAt}/${total}`, ttlMs, result } : { ttlMs, result };
  };
}

/** Rate limits as Ocelot has them: headers, statuses and texts included. */
export function ocelotLimit(settings: OcelotSettings, { shared, now, onRefused }: OcelotCounting) {
  const { version, limit, period, wait, clientWhitelist, statusCode, enableHeaders } = settings;
  const isOld = version === '24.0';
  const header = settings.clientIdHeader ?? (isOld ? 'ClientId' : 'Oc-Client');
  const prefix = settings.keyPrefix ?? (isOld ? 'ocelot' : 'Ocelot.RateLimiting');
  const rule = `${limit}/${period.text}/w${wait?.text ?? '0ms'}`;
  const message = (settings.quotaMessage ?? 'API calls quota exceeded! maximum admitted {0} per {1}.')
    .replaceAll('{0}', String(limit))
    .replaceAll('{1}', period.text);
  const take = ocelotWindow({ limit, periodMs: period.ms, waitMs: wait?.ms ?? 0 });
  const whitelist = new Set(clientWhitelist);
  const update: SharedUpdates = sharedUpdates(shared);
  const names = isOld
    ? (['x-rate-limit-limit', 'x-rate-limit-remaining', 'x-rate-limit-reset'] as const)
    : (['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'] as const);

  const refusal = (status: number, body: string, retryAfter: string, because: string): PolicyReply => ({
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...(enableHeaders && { 'retry-after': retryAfter }) },
    body,
    because,
  });
  const retryAfter = (ms: number) => (isOld ? String(Math.max(1, Math.round(ms / 1_000))) : String(ms / 1_000));

  return {
    step(exchange: Exchange): PolicyStep {
      const { request, route } = exchange;
      const client = request.headers.get(header) ?? (isOld ? NAMELESS : undefined);
      if (client === undefined || client === '')
        return refusal(
          503,
          `Rate limiting needs the header ${header} to know its client.`,
          '-1',
          `no header ${header}`,
        );
      if (whitelist.has(client)) return undefined;
      const key = isOld
        ? `${prefix}_${client}_${period.text}_${request.method}_${request.path}`
        : `${prefix}_${client}:${route.id}_${rule}`;
      return andThen(
        update(key, (state) => take(state, now())),
        (verdict) => {
          if (verdict.retryMs === undefined) {
            exchange.own = verdict;
            return undefined;
          }
          onRefused(exchange);
          return refusal(statusCode, message, retryAfter(verdict.retryMs), `Ocelot's limit ${rule}`);
        },
      );
    },
    responseHeaders({ own, response }: ResponseExchange): undefined {
      const verdict = own as OcelotVerdict | undefined;
      if (verdict === undefined || !enableHeaders) return;
      response.headers.set(names[0], isOld ? period.text : String(limit));
      response.headers.set(names[1], String(verdict.remaining));
      // Round-trip format of .NET: seven decimals.
      response.headers.set(names[2], new Date(verdict.resetAt).toISOString().replace('Z', '0000Z'));
    },
  };
}
