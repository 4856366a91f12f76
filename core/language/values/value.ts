import type { Float } from '@backplane/sdk';
import type { TimeDelta } from './time-delta.ts';

/**
 * What expressions compute with. Python's types, in JavaScript:
 *
 * | Python | here |
 * |---|---|
 * | int | `number` when safe, else `bigint` |
 * | float | `Float` when whole, else `number` (also infinities and NaN) |
 * | datetime | `Temporal.PlainDateTime` (naive) or `Temporal.ZonedDateTime` (aware) |
 * | date, time | `Temporal.PlainDate`, `Temporal.PlainTime` |
 * | timedelta | `TimeDelta` |
 * | list, dict | array, object (own enumerable string keys; made with a null prototype) |
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | Float
  | string
  | Temporal.PlainDateTime
  | Temporal.ZonedDateTime
  | Temporal.PlainDate
  | Temporal.PlainTime
  | TimeDelta
  | readonly Value[]
  | { readonly [key: string]: Value };
