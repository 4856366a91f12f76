import { raise } from '../../../errors/catalogue.ts';
import type { RunSummary } from '../../../executor/engine.ts';
import { type ApiAddress, createApiClient } from '../../api-client.ts';
import { printJson } from '../../output.ts';
import { harmless, terminalLook } from '../../terminal-look.ts';
import { statusMark } from '../../timeline/draw-timeline.ts';
import { durationText } from '../../timeline/duration-text.ts';
import { fullRunId } from './run-id.ts';
import { workflowNames } from './workflow-names.ts';

export interface ListOptions extends ApiAddress {
  readonly workflow?: string;
  readonly status?: string;
  readonly trigger?: string;
  readonly since?: string;
  readonly until?: string;
  readonly endedAfter?: string;
  readonly endedBefore?: string;
  readonly longerThan?: string;
  readonly parent?: string;
  readonly query?: string;
  readonly oldestFirst?: boolean;
  readonly limit?: string;
  readonly cursor?: string;
  readonly json?: boolean;
}

/** `backplane runs list`: a page of runs, newest first. */
export async function listRuns(options: ListOptions): Promise<void> {
  const now = Date.now();
  const api = createApiClient(options);
  const page = await api.send('GET', '/runs', {
    query: {
      workflow: options.workflow,
      status: options.status,
      trigger_type: options.trigger,
      started_after: moment(options.since, now),
      started_before: moment(options.until, now),
      ended_after: moment(options.endedAfter, now),
      ended_before: moment(options.endedBefore, now),
      duration_gt: options.longerThan,
      parent: options.parent === undefined ? undefined : await fullRunId(api, options.parent),
      q: options.query,
      order: options.oldestFirst === true ? 'oldest' : undefined,
      limit: options.limit,
      cursor: options.cursor,
    },
  });
  if (options.json) return printJson(page);
  const nameOf = await workflowNames(api);
  const look = terminalLook(process.stdout);
  for (const run of page.items as RunSummary[]) {
    process.stdout.write(`${statusMark(run.status, look)} ${summaryLine(run, nameOf(run.workflow), now)}\n`);
  }
  if (page.items.length === 0) process.stderr.write('No run fits.\n');
  if (page.nextCursor !== undefined) process.stderr.write(`More: --cursor ${page.nextCursor}\n`);
}

/** A run in one line. */
export function summaryLine(run: RunSummary, name: string, now: number): string {
  const took = (run.endedAt === undefined ? now : Date.parse(run.endedAt)) - Date.parse(run.startedAt);
  const columns = [
    run.runId,
    run.status.padEnd(9),
    run.startedAt,
    durationText(took).padStart(7),
    run.triggerType.padEnd(8),
    name,
    ...(run.error === undefined ? [] : [run.error.code]),
  ];
  return harmless(columns.join('  '));
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A date as it is, or how long ago: `90s`, `15m`, `2h`, `7d`. The host checks dates. */
function moment(text: string | undefined, now: number): string | undefined {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text ?? '') ?? [];
  if (count === undefined) return text;
  const at = now - Number(count) * UNITS[unit!]!;
  if (!(at > 0)) throw raise.USAGE({ message: `\`${text}\` is longer ago than anything.` });
  return new Date(at).toISOString();
}
