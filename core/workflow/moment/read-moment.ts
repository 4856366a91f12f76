import { isoMoment } from './iso-moment.ts';
import { phraseMoment } from './phrase-moment.ts';

/** Below this a number counts seconds since 1970, from here on milliseconds: the year 5138 and the year 1973. */
const FIRST_MILLISECONDS = 100_000_000_000;
/** The last moment that a date of the language can be. */
const LAST = 253_402_300_799_999;

/**
 * A moment as epoch milliseconds: an ISO date, a number since 1970, or one of the phrases that the reference of workflows lists,
 * counted from `now`. What names no zone is UTC. Undefined for anything else.
 */
export function readMoment(value: string | number, now: number): number | undefined {
  const moment = typeof value === 'number' ? epochMoment(value) : textMoment(value.trim(), now);
  return moment !== undefined && moment >= 0 && moment <= LAST ? moment : undefined;
}

function textMoment(text: string, now: number): number | undefined {
  if (/^\d{9,13}(\.\d+)?$/.test(text)) return epochMoment(Number(text));
  return isoMoment(text) ?? phraseMoment(text, now);
}

function epochMoment(value: number): number | undefined {
  if (!Number.isFinite(value)) return undefined;
  return Math.round(value < FIRST_MILLISECONDS ? value * 1000 : value);
}
