import { raise } from '../../errors/catalogue.ts';
import { isoDateTime, type TimeSpec } from '../values/iso-text.ts';
import type { DateTime } from '../values/temporal-kind.ts';
import type { Value } from '../values/value.ts';
import type { Arguments } from './arguments.ts';
import { logicalNow, wallNow } from './clock.ts';
import { defineFunction } from './define-function.ts';
import type { ExpressionFunction } from './expression-function.ts';

const SPECS = [
  'auto',
  'hours',
  'minutes',
  'seconds',
  'milliseconds',
  'microseconds',
] as const satisfies readonly TimeSpec[];

export const timeSpec = (given: Arguments, at: number): TimeSpec => given.choice(at, SPECS, 'auto');

/** The datetime, or its ISO text when the first argument says so. */
function moment(given: Arguments, value: DateTime): Value {
  return given.flag(0, false) ? isoDateTime(value, 'T', timeSpec(given, 1)) : value;
}

/** `now`, `utcnow` and `today` stand still within a step and are the same in a replay: they use the run's logical time. */
export const nowFunctions: readonly ExpressionFunction[] = [
  defineFunction('now', 'as_isoformat? timespec?', 'Date and time of the run in UTC, without a zone.', (given) =>
    moment(given, logicalNow(given.scope).toPlainDateTime()),
  ),
  defineFunction('utcnow', 'as_isoformat? timespec?', 'Date and time of the run in UTC, with the zone.', (given) =>
    moment(given, logicalNow(given.scope)),
  ),
  defineFunction(
    'wall_clock',
    'as_isoformat? timespec?',
    'Real date and time in UTC, without a zone; differs in a replay.',
    (given) => moment(given, wallNow().toPlainDateTime()),
  ),
  defineFunction('today', '', 'Date of the run in UTC.', (given) => logicalNow(given.scope).toPlainDate()),
  defineFunction('datetime', 'year month day hour? minute? second?', 'A date and time without a zone.', (given) => {
    const parts = [
      given.int(0),
      given.int(1),
      given.int(2),
      given.int(3, 0),
      given.int(4, 0),
      given.int(5, 0),
    ] as const;
    try {
      if (parts[0] >= 1 && parts[0] <= 9999) return new Temporal.PlainDateTime(...parts);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
    throw raise.LANGUAGE_FUNCTION_FAILED({
      function: 'datetime',
      problem: `${parts.slice(0, 3).join('-')} ${parts.slice(3).join(':')} does not exist`,
    });
  }),
];
