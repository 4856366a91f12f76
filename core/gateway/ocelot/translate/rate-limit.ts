import { raise } from '../../../errors/catalogue.ts';
import type { Section } from '../reading/section.ts';
import { ocelotPeriod } from './ocelot-period.ts';
import type { RouteOptions, Translation, UsePolicy } from './translation.ts';

/** RateLimitOptions → the policy `rate-limit` in its mode `ocelot`. */
export function translateRateLimit(translation: Translation, route: RouteOptions, use: UsePolicy): void {
  const isOld = translation.compat === 'ocelot-24.0';
  const own = route.section.section('RateLimitOptions', 'RateLimitRule');
  const options = isOld ? own : rule(route);
  if (options === undefined || !(options.flag('EnableRateLimiting') ?? !isOld)) return;
  const limit = options.number('Limit');
  // GlobalConfiguration may hold nothing but texts and names for the limits of routes.
  if (limit === undefined && own === undefined) return;
  const period = periodOf(translation, options, 'Period') ?? (options.has('Period') ? undefined : 1_000);
  const wait = waitOf(translation, options);
  if (limit === undefined || limit <= 0) {
    translation.findings.error(options.at('Limit'), raise.OCELOT_RATE_LIMIT_INVALID({ problem: 'Limit is not above 0' }));
  }
  if (limit === undefined || limit <= 0 || period === undefined) return;
  const manner = isOld ? (translation.global.section('RateLimitOptions') ?? options) : options;
  const clientIdHeader = manner.text('ClientIdHeader') ?? (isOld ? 'ClientId' : 'Oc-Client');
  if (!isOld) {
    translation.findings.warn(
      options.at('ClientIdHeader'),
      raise.OCELOT_CLIENT_HEADER_NEEDED({ header: clientIdHeader }),
    );
  }
  const message = manner.text('QuotaMessage', 'QuotaExceededMessage');
  const keyPrefix = manner.text('KeyPrefix', 'RateLimitCounterPrefix');
  const config = {
    mode: 'ocelot',
    version: isOld ? '24.0' : '24.1',
    limit,
    period,
    periodText: (options.text('Period') ?? '1s').trim(),
    wait: wait ?? 0,
    clientIdHeader,
    clientWhitelist: options.texts('ClientWhitelist'),
    status: manner.number('StatusCode', 'HttpStatusCode') ?? 429,
    ...(message === undefined ? {} : { message }),
    headers: headersOf(manner),
    ...(keyPrefix === undefined ? {} : { keyPrefix }),
  };
  use('rate-limit', config, own ?? options);
}

function rule(route: RouteOptions): Section | undefined {
  const deprecated = route.section.section('RateLimitRule');
  return deprecated ?? route.options('RateLimitOptions');
}

/** The old name says the opposite and counts where both are given. */
function headersOf(options: Section): boolean {
  const off = options.flag('DisableRateLimitHeaders');
  return off === undefined ? (options.flag('EnableHeaders') ?? true) : !off;
}

function periodOf({ findings }: Translation, options: Section, name: string): number | undefined {
  const text = options.text(name);
  if (text === undefined) return undefined;
  const period = ocelotPeriod(text);
  if (period === undefined || period === 0) {
    findings.error(options.at(name), raise.OCELOT_RATE_LIMIT_INVALID({ problem: `${name} is not a duration` }));
    return undefined;
  }
  return period;
}

/** Milliseconds; the old name is in seconds. */
function waitOf(translation: Translation, options: Section): number | undefined {
  const seconds = options.number('PeriodTimespan');
  if (seconds !== undefined) return Math.abs(seconds) * 1_000;
  const text = options.text('Wait');
  if (text === undefined) return undefined;
  const wait = ocelotPeriod(text);
  if (wait !== undefined) return wait;
  translation.findings.error(
    options.at('Wait'),
    raise.OCELOT_RATE_LIMIT_INVALID({ problem: 'Wait is not a duration' }),
  );
  return undefined;
}
