import { float } from '@backplane/sdk';
import { duration } from '../values/time-arithmetic.ts';
import { secondsBetween } from './date-value.ts';
import { defineFunction } from './define-function.ts';
import type { ExpressionFunction } from './expression-function.ts';

const SECONDS = { seconds: 1, minutes: 60, hours: 3600, days: 86_400, weeks: 604_800 } as const;

/** `FN.days(2)` and its kin make durations; `FN.days_between(a, b)` and its kin measure them, as floats. */
export const durationFunctions: readonly ExpressionFunction[] = Object.entries(SECONDS).flatMap(([unit, seconds]) => [
  defineFunction(unit, 'x', `A duration of ${unit}; fractions are fine.`, (given) =>
    duration(given.number(0) * seconds * 1e6),
  ),
  defineFunction(`${unit}_between`, 'start end', `The ${unit} from one date to another, as a float.`, (given) =>
    float(secondsBetween(given) / seconds),
  ),
]);
