import { raise } from '../../../errors/catalogue.ts';
import type { Section } from '../reading/section.ts';
import type { RouteOptions, Translation, UsePolicy } from './translation.ts';

/** Milliseconds. */
const DEFAULTS = { breakDuration: 5_000, throughput: 100, timeout: 30_000, ratio: 0.5, sampling: 10_000 };

/** QoSOptions → the policies `circuit-breaker` and `timeout`. Gives the milliseconds of its timeout. */
export function translateQualityOfService(
  translation: Translation,
  route: RouteOptions,
  use: UsePolicy,
): number | undefined {
  const options = route.options('QoSOptions');
  if (options === undefined) return undefined;
  const answer = translation.compat === 'ocelot-24.0' ? { version: '24.0' } : { routeName: nameOf(route) };
  const named: UsePolicy = (policy, config, spot) => use(policy, { ...(config as object), ...answer }, spot);
  if (translation.compat === 'ocelot-24.0') useOldBreaker(translation, options, named);
  else useBreaker(translation, options, named);
  const timeoutMs = timeoutOf(translation, options);
  if (timeoutMs !== undefined) {
    named('timeout', { mode: 'ocelot', kind: 'qos', timeout: timeoutMs }, options.at('Timeout', 'TimeoutValue'));
  }
  return timeoutMs;
}

/** As answers call it: by its template, and its Key where it has one. */
function nameOf({ section, key, id }: RouteOptions): string {
  const template = section.text('UpstreamPathTemplate') ?? section.text('ServiceName') ?? id;
  return key === undefined ? template : `${template} (${key})`;
}

function useBreaker(translation: Translation, options: Section, use: UsePolicy): void {
  const throughput = options.number('MinimumThroughput', 'ExceptionsAllowedBeforeBreaking');
  const ratio = options.number('FailureRatio');
  const timeout = options.number('Timeout', 'TimeoutValue') ?? 0;
  // Any of the three makes it work, with its defaults for the others.
  if (throughput === 0 || ((throughput ?? 0) <= 0 && (ratio ?? 0) <= 0 && timeout <= 0)) return;
  const isRatio = ratio !== undefined && ratio > 0;
  const config = {
    mode: 'ocelot',
    minimumThroughput: inRange(
      translation,
      options,
      THROUGHPUT,
      throughput,
      (value) => value >= 2,
      DEFAULTS.throughput,
    ),
    breakDuration: breakDurationOf(translation, options),
    ...(isRatio
      ? {
          failureRatio: inRange(translation, options, ['FailureRatio'], ratio, (value) => value <= 1, DEFAULTS.ratio),
          samplingDuration: inRange(
            translation,
            options,
            ['SamplingDuration'],
            options.number('SamplingDuration'),
            (value) => value > 500,
            DEFAULTS.sampling,
          ),
        }
      : {}),
  };
  use('circuit-breaker', config, options);
}

/** Polly's breaker as 24.0 set it up: eight of ten within ten seconds. */
function useOldBreaker(translation: Translation, options: Section, use: UsePolicy): void {
  const throughput = options.number('MinimumThroughput', 'ExceptionsAllowedBeforeBreaking');
  if (throughput === undefined || throughput < 2) {
    const why = throughput === undefined ? 'it says no number of failures' : 'it takes two failures at least';
    translation.findings.info(options.at(...THROUGHPUT), raise.OCELOT_QOS_INERT({ why }));
    return;
  }
  const config = {
    mode: 'ocelot',
    minimumThroughput: throughput,
    breakDuration: breakDurationOf(translation, options),
    failureRatio: 0.8,
    samplingDuration: DEFAULTS.sampling,
  };
  use('circuit-breaker', config, options);
}

const THROUGHPUT = ['MinimumThroughput', 'ExceptionsAllowedBeforeBreaking'];

function breakDurationOf(translation: Translation, options: Section): number {
  const names = ['BreakDuration', 'DurationOfBreak'];
  const given = options.number(...names);
  return inRange(translation, options, names, given, (value) => value > 500, DEFAULTS.breakDuration);
}

function timeoutOf(translation: Translation, options: Section): number | undefined {
  const names = ['Timeout', 'TimeoutValue'];
  const given = options.number(...names);
  if (given === undefined || given <= 0) return undefined;
  return inRange(translation, options, names, given, (value) => value > 10 && value < 86_400_000, DEFAULTS.timeout);
}

function inRange(
  { findings }: Translation,
  options: Section,
  names: readonly string[],
  given: number | undefined,
  fits: (value: number) => boolean,
  otherwise: number,
): number {
  if (given === undefined) return otherwise;
  if (fits(given)) return given;
  const replaced = { name: names[0]!, given: String(given), used: String(otherwise) };
  findings.warn(options.at(...names), raise.OCELOT_VALUE_REPLACED(replaced));
  return otherwise;
}
