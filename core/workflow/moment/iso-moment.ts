/** `2027-03-01`, `2027-03-01 09:00`, `2027-03-01T09:00:00.5Z`, `…+02:00`, `…[Europe/Berlin]`. Without a zone: UTC. */
const ISO =
  /^\d{4}-\d{2}-\d{2}(?:[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)(Z|[+-]\d{2}(?::?\d{2})?)?)?(\[[A-Za-z][\w+/-]*\])?$/i;

/** The moment that an ISO 8601 date means, epoch milliseconds; undefined for anything else, impossible dates included. */
export function isoMoment(text: string): number | undefined {
  const parts = ISO.exec(text);
  if (parts === null) return undefined;
  const [, time, offset, zone] = parts;
  try {
    if (zone !== undefined) return Temporal.ZonedDateTime.from(text).epochMilliseconds;
    if (time === undefined) return Temporal.PlainDate.from(text).toZonedDateTime('UTC').epochMilliseconds;
    return Temporal.Instant.from(offset === undefined ? `${text}Z` : text).epochMilliseconds;
  } catch (error) {
    // The only way in which Temporal says that there is no such date or zone.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
