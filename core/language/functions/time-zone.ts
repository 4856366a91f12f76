import { raise } from '../../errors/catalogue.ts';

/** The zone with this IANA name, checked. `Etc/UTC` and its like are kept as `UTC`, which prints as Python's. */
export function timeZone(name: string): string {
  if (/^(?:Etc\/)?(?:UTC|UCT|Zulu|Universal)$/i.test(name)) return 'UTC';
  try {
    // An offset such as +05:30 is a zone to Temporal, but not an IANA name.
    if (/^[A-Za-z]/.test(name)) return Temporal.PlainDate.from('2000-01-01').toZonedDateTime(name).timeZoneId;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw raise.LANGUAGE_TIMEZONE({ given: name.length > 40 ? `${name.slice(0, 40)}…` : name });
}
