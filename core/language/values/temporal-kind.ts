/** Python's `datetime`: naive or aware. */
export type DateTime = Temporal.PlainDateTime | Temporal.ZonedDateTime;

export function isDateTime(value: unknown): value is DateTime {
  return value instanceof Temporal.PlainDateTime || value instanceof Temporal.ZonedDateTime;
}

export function isAware(value: DateTime): value is Temporal.ZonedDateTime {
  return value instanceof Temporal.ZonedDateTime;
}

export function isDate(value: unknown): value is Temporal.PlainDate {
  return value instanceof Temporal.PlainDate;
}

export function isTime(value: unknown): value is Temporal.PlainTime {
  return value instanceof Temporal.PlainTime;
}

/** Both on one clock: the wall clock when naive or in one zone, as Python does, else UTC. Undefined for a naive and an aware one. */
export function onOneClock(
  left: DateTime,
  right: DateTime,
): readonly [Temporal.PlainDateTime, Temporal.PlainDateTime] | undefined {
  if (!isAware(left) && !isAware(right)) return [left, right];
  if (!isAware(left) || !isAware(right)) return undefined;
  if (left.timeZoneId === right.timeZoneId) return [left.toPlainDateTime(), right.toPlainDateTime()];
  return [left.withTimeZone('UTC').toPlainDateTime(), right.withTimeZone('UTC').toPlainDateTime()];
}
