import { raise } from '../../errors/catalogue.ts';
import { nextOccurrences } from '../../executor/schedules/schedule-view.ts';
import type { Occurrence } from '../../executor/schedules/schedules.ts';
import { readGivenSpec } from '../../workflow/check/read-given-spec.ts';
import { isoMoment } from '../../workflow/moment/iso-moment.ts';
import { countArgument } from '../count-argument.ts';
import { printJson } from '../output.ts';

interface PreviewOptions {
  readonly every?: string;
  readonly offset?: string;
  readonly timezone?: string;
  readonly from?: string;
  readonly count?: string;
  readonly json?: boolean;
}

/** `backplane schedule preview`: when an expression fires, on the clocks of its zone. */
export function previewSchedule(cron: string | undefined, options: PreviewOptions): void {
  const { every, offset, timezone = 'UTC', from, json } = options;
  const count = countArgument(options.count, 'count', 1_000) ?? 5;
  const start = from === undefined ? Date.now() : isoMoment(from);
  if (start === undefined) throw raise.USAGE({ message: `--from: expected an ISO date, got \`${from}\`.` });
  const spec = readGivenSpec({
    timezone,
    ...(cron !== undefined && { cron }),
    ...(every !== undefined && { every }),
    ...(offset !== undefined && { offset }),
  });
  const items = nextOccurrences(spec, '', start, count);
  if (json) printJson({ items });
  else print(items, timezone);
}

function print(items: readonly Occurrence[], timezone: string): void {
  for (const { at } of items) {
    const local = Temporal.Instant.from(at).toZonedDateTimeISO(timezone);
    const weekday = local.toLocaleString('en', { weekday: 'short' });
    process.stdout.write(`${weekday} ${local.toString({ timeZoneName: 'never' })}  ${at}\n`);
  }
}
