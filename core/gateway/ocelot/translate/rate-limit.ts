import { raise } from '../../../errors/catalogue.ts';
import type { Section } from '../reading/section.ts';
import { ocelotPeriod } from './ocelot-period.ts';
import { headerName } from './sound-names.ts';
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
  const isSound = [checkPeriod(translation, options, 'Period'), checkPeriod(translation, options, 'Wait')].every(
    Boolean,
  );
  const wait = waitOf(options);
  if (limit === undefined || limit <= 0) {
    translation.findings.error(
      options.at('Limit'),
      raise.OCELOT_RATE_LIMIT_INVALID({ problem: 'Limit is not above 0' }),
    );
    return;
  }
  if (!isSound) return;
  const manner = isOld ? (translation.global.section('RateLimitOptions') ?? options) : options;
  const clientIdHeader = headerName(translation, manner, 'ClientIdHeader') ?? (isOld ? 'ClientId' : 'Oc-Client');
  if (!isOld) {
    translation.findings.warn(
      options.at('ClientIdHeader'),
      raise.OCELOT_CLIENT_HEADER_NEEDED({ header: clientIdHeader }),
    );
  }
  const statusCode = manner.number('StatusCode', 'HttpStatusCode') ?? 429;
  if (statusCode < 100 || statusCode > 599) {
    const problem = 'StatusCode is no status of HTTP';
    translation.findings.error(manner.at('StatusCode', 'HttpStatusCode'), raise.OCELOT_RATE_LIMIT_INVALID({ problem }));
    return;
  }
  const quotaMessage = manner.text('QuotaMessage', 'QuotaExceededMessage');
  const keyPrefix = manner.text('KeyPrefix', 'RateLimitCounterPrefix');
  const config = {
    mode: 'ocelot',
    version: isOld ? '24.0' : '25.0',
    limit,
    period: (options.text('Period') ?? '1s').trim(),
    ...(wait === undefined ? {} : { wait }),
    clientIdHeader,
    clientWhitelist: options.texts('ClientWhitelist'),
    statusCode,
    ...(quotaMessage === undefined ? {} : { quotaMessage }),
    enableHeaders: headersOf(manner),
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

function checkPeriod({ findings }: Translation, options: Section, name: string): boolean {
  const text = options.text(name);
  if (text === undefined) return true;
  const period = ocelotPeriod(text);
  if (period !== undefined && (period > 0 || name === 'Wait')) return true;
  findings.error(options.at(name), raise.OCELOT_RATE_LIMIT_INVALID({ problem: `${name} is not a duration` }));
  return false;
}

/** The old name is in seconds, and counts where both are given. */
function waitOf(options: Section): string | undefined {
  const seconds = options.number('PeriodTimespan');
  return seconds === undefined ? options.text('Wait')?.trim() : `${Math.abs(seconds)}s`;
}
