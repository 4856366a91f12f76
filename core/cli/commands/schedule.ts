import { raise } from '../../errors/catalogue.ts';
import type { Occurrence, ScheduleView } from '../../executor/schedules/schedules.ts';
import { type ApiAddress, type ApiClient, createApiClient } from '../api-client.ts';
import { countArgument } from '../count-argument.ts';
import { printErrorRecord, printJson } from '../output.ts';

interface OnHost extends ApiAddress {
  readonly json?: boolean;
}

const say = (line: string) => process.stdout.write(`${line}\n`);
const path = (id: string, rest = '') => `/schedules/${encodeURIComponent(id)}${rest}`;

/** `backplane schedule list`: every schedule with its next run. */
export async function listSchedules(options: OnHost & { readonly workflow?: string }): Promise<void> {
  const items = await allSchedules(createApiClient(options), options.workflow);
  if (options.json) return printJson({ items });
  if (items.length === 0) say('There are no schedules.');
  const width = Math.max(0, ...items.map(({ ref }) => ref.length));
  for (const schedule of items) {
    const next = schedule.paused ? 'paused' : (schedule.nextAt ?? 'over');
    const last = schedule.last === undefined ? 'never ran' : `last ${schedule.last.status}`;
    const error = schedule.error === undefined ? '' : `  ${schedule.error.code}`;
    say(`${schedule.id}  ${schedule.ref.padEnd(width)}  ${next.padEnd(24)}  ${timesOf(schedule)}  ${last}${error}`);
  }
}

/** `backplane schedule show SCHEDULE`. */
export async function showSchedule(name: string, options: OnHost): Promise<void> {
  const client = createApiClient(options);
  print(await client.send('GET', path(await idOf(client, name))), options);
}

/** `backplane schedule next SCHEDULE`: when it comes next. */
export async function nextOfSchedule(name: string, options: OnHost & { readonly count?: string }): Promise<void> {
  const count = countArgument(options.count, 'count', 100);
  const client = createApiClient(options);
  const answer = await client.send('GET', path(await idOf(client, name), '/next'), { query: { count } });
  if (options.json) return printJson(answer);
  for (const { at, startsAt } of answer.items as readonly Occurrence[])
    say(at === startsAt ? at : `${at}  starts ${startsAt}`);
}

interface WithNote extends OnHost {
  readonly note?: string;
}

/** `backplane schedule pause SCHEDULE`. */
export async function pauseSchedule(name: string, options: WithNote): Promise<void> {
  await steer(name, '/pause', options);
}

/** `backplane schedule resume SCHEDULE`. */
export async function resumeSchedule(name: string, options: WithNote): Promise<void> {
  await steer(name, '/resume', options);
}

/** `backplane schedule trigger SCHEDULE`: a run now. */
export async function triggerSchedule(name: string, options: OnHost): Promise<void> {
  const client = createApiClient(options);
  const run = await client.send('POST', path(await idOf(client, name), '/trigger'));
  if (options.json) printJson(run);
  else say(`Started the run ${run.runId}.`);
}

async function steer(name: string, action: string, { note, ...options }: WithNote): Promise<void> {
  const client = createApiClient(options);
  const body = note === undefined ? {} : { note };
  print(await client.send('POST', path(await idOf(client, name), action), { body }), options);
}

/** An id, or `WORKFLOW/REF`, which people remember. */
async function idOf(client: ApiClient, name: string): Promise<string> {
  const [workflow, ref] = name.split('/');
  if (workflow === undefined || ref === undefined) return name;
  const found = (await allSchedules(client, workflow)).find((schedule) => schedule.ref === ref);
  if (found === undefined) throw raise.SCHEDULE_NOT_FOUND({ id: name });
  return found.id;
}

async function allSchedules(client: ApiClient, workflow: string | undefined): Promise<ScheduleView[]> {
  const all: ScheduleView[] = [];
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page = await client.send('GET', '/schedules', { query: { limit: 200, cursor, workflow } });
    all.push(...page.items);
    cursor = page.nextCursor;
  }
  return all;
}

function timesOf({ spec }: ScheduleView): string {
  return spec['cron'] === undefined ? `every ${spec['every']}` : `${spec['cron']} (${spec['timezone']})`;
}

function print(schedule: ScheduleView, { json }: OnHost): void {
  if (json) {
    printJson(schedule);
    return;
  }
  const { counts, last, error, note, waiting } = schedule;
  say(`${schedule.ref} of workflow ${schedule.workflow} (${schedule.id})`);
  if (schedule.description !== '') say(`  ${schedule.description}`);
  say(`  fires    ${timesOf(schedule)}, overlap ${schedule.spec['overlap']}, catch-up ${schedule.spec['catch_up']}`);
  say(`  next     ${schedule.paused ? 'paused' : (schedule.nextAt ?? 'never again')}${note ? ` (${note})` : ''}`);
  say(`  last     ${last === undefined ? 'never ran' : `${last.scheduledAt}: ${last.status}, run ${last.runId}`}`);
  say(
    `  counts   ${counts.fired} fired, ${counts.skipped} skipped, ${counts.missed} missed, ${counts.failed} failed, ${waiting} waiting`,
  );
  if (error !== undefined) printErrorRecord(error);
}
