import {
  andThen,
  type Exchange,
  type PolicyReply,
  type PolicyStep,
  problemReply,
  type Ready,
  type ResponseExchange,
  type SharedState,
  sharedUpdates,
} from '@backplane/sdk';
import type { CalendarUnit } from './calendar.ts';
import { consumerOf, countedBy, needsIdentity } from './counted-by.ts';
import { fixedWindow } from './fixed-window.ts';
import { limitHeaders } from './limit-headers.ts';
import type { Limiter, Verdict } from './limiter.ts';
import { quota } from './quota.ts';
import type { NativeSettings } from './settings.ts';
import { slidingWindow } from './sliding-window.ts';
import { tokenBucket } from './token-bucket.ts';

export interface Counting {
  readonly shared: SharedState;
  readonly use: { readonly id: string };
  now(): number;
  onRefused(exchange: Exchange): void;
}

/** What a request keeps for its answer's headers. */
interface Counted {
  readonly limiter: Limiter;
  readonly verdict: Verdict;
}

interface Tier {
  readonly prefix: string;
  /** Undefined: no limit. */
  readonly limiter: Limiter | undefined;
  fits(exchange: Exchange): boolean;
}

/** Limits of Backplane's own kind; Ocelot's are `ocelotLimit`. */
export function nativeLimit(settings: NativeSettings, { shared, use, now, onRefused }: Counting) {
  const { group, by, cost, dryRun, status, message, whenStoreFails } = settings;
  const base = group === undefined ? use.id : `rate-limit-group/${group}`;
  const keyOf = countedBy(by);
  const update = sharedUpdates(shared);
  const writeHeaders = limitHeaders(dryRun ? 'none' : settings.headers, group ?? 'default');
  const tiers: readonly Tier[] = [
    ...settings.tiers.map(({ name, claim, consumers, unlimited, limit, period, burst }) => ({
      prefix: `${base}/${name}/`,
      limiter: unlimited ? undefined : limiterOf({ limit: limit!, period: period ?? settings.period, burst }),
      fits: ({ identity }: Exchange) =>
        (claim !== undefined && isOrHas(identity?.claims[claim.name], claim.value)) ||
        (identity !== undefined && consumers?.includes(consumerOf(identity)!) === true),
    })),
    { prefix: `${base}/`, limiter: limiterOf(settings), fits: () => true },
  ];

  function limiterOf({
    limit,
    period,
    burst = limit,
  }: {
    limit: number;
    period: number | string;
    burst?: number;
  }): Limiter {
    const periodMs = Number(period);
    switch (settings.algorithm) {
      case 'fixed-window':
        return fixedWindow({ shared, limit, periodMs });
      case 'sliding-window':
        return slidingWindow({ shared, limit, periodMs, now });
      case 'token-bucket':
        return tokenBucket({ update, limit, periodMs, burst, now });
      case 'quota':
        return quota({ shared, limit, unit: period as CalendarUnit, timeZone: settings.timeZone, now });
    }
  }

  function costOf({ request }: Exchange): number {
    if (cost === undefined) return 1;
    const said = cost.header === undefined ? undefined : request.headers.get(cost.header);
    if (said !== undefined && /^\d{1,9}$/.test(said)) return Number(said);
    return cost.methods[request.method] ?? 1;
  }

  function answer(exchange: Exchange, limiter: Limiter, verdict: Verdict): PolicyReply | undefined {
    exchange.own = { limiter, verdict } satisfies Counted;
    if (verdict.isAllowed) return undefined;
    onRefused(exchange);
    const because = `more than ${verdict.limit} within ${limiter.windowMs} ms`;
    if (dryRun) {
      exchange.log.info('rate-limit would refuse', { because });
      return undefined;
    }
    const retryAfter = Math.max(1, Math.ceil(verdict.retryMs / 1_000));
    return problemReply({
      status,
      code: 'GATEWAY_RATE_LIMITED',
      title: 'Too many requests',
      detail: message ?? `The limit of ${verdict.limit} is used up. Try again in ${retryAfter} s.`,
      exchange,
      headers: { 'retry-after': String(retryAfter) },
      because,
    });
  }

  function unanswered(exchange: Exchange, thrown: unknown): undefined {
    if (whenStoreFails === 'refuse') throw thrown;
    exchange.log.warn('rate-limit cannot count and lets the request pass');
    return undefined;
  }

  function step(exchange: Exchange): PolicyStep {
    const { prefix, limiter } = tiers.find((tier) => tier.fits(exchange))!;
    const cost = costOf(exchange);
    if (limiter === undefined || cost === 0) return undefined;
    let taken: Ready<Verdict>;
    try {
      taken = limiter.take(prefix + keyOf(exchange), cost);
    } catch (thrown) {
      return unanswered(exchange, thrown);
    }
    const answered = andThen(taken, (verdict) => answer(exchange, limiter, verdict));
    return answered instanceof Promise ? answered.catch((thrown) => unanswered(exchange, thrown)) : answered;
  }

  return {
    phase: settings.tiers.length > 0 || needsIdentity(by) ? ('authorize' as const) : ('admit' as const),
    step,
    responseHeaders({ own, response }: ResponseExchange): undefined {
      const counted = own as Counted | undefined;
      if (counted !== undefined) writeHeaders(response.headers, counted.limiter, counted.verdict);
    },
  };
}

function isOrHas(held: unknown, wanted: unknown): boolean {
  return Array.isArray(held) ? held.includes(wanted) : held !== undefined && held === wanted;
}
