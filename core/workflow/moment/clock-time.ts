const CLOCK = /^(\d{1,2})(?::(\d{2})(?::(\d{2}))?)? ?(am|pm)?$/;

/** `09:00`, `17:30:15`, `8am`, `8:30 pm`, `noon`, `midnight`, in small letters. Undefined for anything else, `8` alone included. */
export function clockTime(text: string): Temporal.PlainTime | undefined {
  if (text === 'noon') return new Temporal.PlainTime(12);
  if (text === 'midnight') return new Temporal.PlainTime(0);
  const [, hours, minutes, seconds = '0', half] = CLOCK.exec(text) ?? [];
  if (hours === undefined || (minutes === undefined && half === undefined)) return undefined;
  const hour = hourOf(Number(hours), half);
  const rest = [Number(minutes ?? 0), Number(seconds)] as const;
  return hour === undefined || rest.some((value) => value > 59) ? undefined : new Temporal.PlainTime(hour, ...rest);
}

function hourOf(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour < 24 ? hour : undefined;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (half === 'pm' ? 12 : 0);
}
