import { Float } from '@backplane/sdk';
import { readDuration } from '../../language/types/read-duration.ts';

const SHORT = /^(\d+(\.\d+)?(ms|s|m|h|d|w))+$/;
const SHORT_PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/g;
const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** A span of time as milliseconds: `15m`, `1h30m`, `PT15M`, `00:15:00`, or a number of seconds. Undefined for anything else. */
export function readSpan(value: unknown): number | undefined {
  const given = Float.is(value) ? value.value : value;
  if (typeof given === 'number') return Number.isFinite(given) ? Math.round(given * 1_000) : undefined;
  if (typeof given !== 'string') return undefined;
  const text = given.trim();
  if (SHORT.test(text)) return shortSpan(text);
  const iso = readDuration(text)?.value;
  return typeof iso === 'string' ? isoSpan(iso) : undefined;
}

/** A year counts 365 days and a month 30, as everywhere in the language. */
function isoSpan(text: string): number {
  const { years, months, weeks, ...rest } = parts(Temporal.Duration.from(text));
  const days = years * 365 + months * 30 + weeks * 7;
  return Math.round(days * UNITS['d']! + Temporal.Duration.from(rest).total('milliseconds'));
}

function parts({ years, months, weeks, days, hours, minutes, seconds, milliseconds }: Temporal.Duration) {
  return { years, months, weeks, days, hours, minutes, seconds, milliseconds };
}

function shortSpan(text: string): number {
  let total = 0;
  for (const [, amount, unit] of text.matchAll(SHORT_PART)) total += Number(amount) * UNITS[unit!]!;
  return Math.round(total);
}
