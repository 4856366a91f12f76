import { MONTHS, short, WEEKDAYS } from './calendar-names.ts';
import { dateArgument } from './date-value.ts';
import { defineFunction } from './define-function.ts';
import type { ExpressionFunction } from './expression-function.ts';

const NAMING = ['number', 'full', 'short'] as const;
type Naming = (typeof NAMING)[number];

function named(names: readonly string[], index: number, first: 0 | 1, naming: Naming): string | number {
  if (naming === 'number') return index + first;
  return naming === 'full' ? names[index]! : short(names[index]!);
}

export const datePartFunctions: readonly ExpressionFunction[] = [
  defineFunction('get_second', 'x', 'Second of the minute.', (given) => given.dateTime(0).second),
  defineFunction('get_minute', 'x', 'Minute of the hour.', (given) => given.dateTime(0).minute),
  defineFunction('get_hour', 'x', 'Hour of the day.', (given) => given.dateTime(0).hour),
  defineFunction('get_day', 'x', 'Day of the month.', (given) => dateArgument(given, 0).day),
  defineFunction(
    'get_day_of_week',
    'x format?',
    'Day of the week: `number` (0 is Monday), `full` or `short` name.',
    (given) => named(WEEKDAYS, dateArgument(given, 0).dayOfWeek - 1, 0, given.choice(1, NAMING, 'number')),
  ),
  defineFunction('get_month', 'x format?', 'Month: `number` (1 is January), `full` or `short` name.', (given) =>
    named(MONTHS, dateArgument(given, 0).month - 1, 1, given.choice(1, NAMING, 'number')),
  ),
  defineFunction('get_year', 'x', 'Year.', (given) => dateArgument(given, 0).year),
];
