import type { AttemptRecord } from '../../executor/history/attempt-record.ts';
import type { RunDetails, StepDetails } from '../../executor/history/run-details.ts';
import type { StepStatus } from '../../executor/scheduler/state.ts';
import type { RunTree } from './run-tree.ts';

/** A time in which something ran, epoch milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly failed: boolean;
}

/** One line of a timeline. */
export interface TimelineRow {
  readonly label: string;
  readonly depth: number;
  readonly status: StepStatus;
  /** Absent: it never began. */
  readonly from?: number;
  readonly to?: number;
  /** Between them it waited. Absent for what no attempts carry out, such as a scatter. */
  readonly spans?: readonly Span[];
  readonly note: string;
}

/** The steps of a run in the order of the file; streams summed up, runs of other workflows below the step that started them. */
export function timelineRows({ run, children }: RunTree, now: number, depth = 0): readonly TimelineRow[] {
  const rows: TimelineRow[] = [];
  for (const [ref, step] of Object.entries(run.steps)) {
    const inside = streamsWith(run, ref);
    const attempts = [...step.attempts, ...inside.flatMap(({ step }) => step.attempts)];
    // A gather stands in the streams too, but what it gives belongs to those who come after.
    const isInside = inside.length > 0 && step.result === undefined;
    const levels = isInside ? Math.max(...inside.map(({ stream }) => stream.split('/').length)) : 0;
    const note = [
      ...(isInside
        ? [
            streamsNote(
              inside.map(({ step }) => step.status),
              run,
            ),
          ]
        : []),
      ...stepNotes(step, attempts),
    ].join(', ');
    // What an earlier run did lies before the axis of this one.
    const isKept = step.endedAt !== undefined && step.endedAt < run.startedAt;
    const bar = isKept ? { status: step.status } : barOf(step, attempts, now);
    rows.push({ label: ref, depth: depth + levels, ...bar, note: isKept ? 'kept' : note });
    for (const { runId } of attempts) {
      const child = runId === undefined ? undefined : children.get(runId);
      if (child !== undefined) rows.push(...childRows(child, now, depth + levels + 1));
    }
  }
  return rows;
}

function childRows(child: RunTree, now: number, depth: number): readonly TimelineRow[] {
  const { runId, status, startedAt, endedAt } = child.run;
  const from = Date.parse(startedAt);
  const to = endedAt === undefined ? now : Date.parse(endedAt);
  const own = { label: `run ${runId.slice(-12)}`, depth, status, from, to, note: '' };
  return [own, ...timelineRows(child, now, depth + 1)];
}

function streamsWith({ streams = {} }: RunDetails, ref: string) {
  return Object.entries(streams).flatMap(([stream, { steps }]) => {
    const step = steps[ref];
    return step === undefined ? [] : [{ stream, step }];
  });
}

function barOf({ status, startedAt, endedAt }: StepDetails, attempts: readonly AttemptRecord[], now: number) {
  if (startedAt === undefined) return { status };
  const to = endedAt === undefined ? now : Date.parse(endedAt);
  const spans = attempts.map((attempt) => ({
    from: Date.parse(attempt.startedAt),
    to: attempt.endedAt === undefined ? now : Date.parse(attempt.endedAt),
    failed: attempt.status === 'failed' || attempt.status === 'timed-out',
  }));
  return { status, from: Date.parse(startedAt), to, ...(spans.length > 0 && { spans }) };
}

function streamsNote(statuses: readonly StepStatus[], { streamsTotal }: RunDetails): string {
  const counts = new Map<StepStatus, number>();
  for (const status of statuses) counts.set(status, (counts.get(status) ?? 0) + 1);
  const total = streamsTotal === undefined ? `${statuses.length}` : `the first ${statuses.length}`;
  const odd = [...counts].filter(([status]) => status !== 'completed').map(([status, count]) => `${count} ${status}`);
  return `${total} streams${odd.length === 0 ? '' : ` (${odd.join(', ')})`}`;
}

function stepNotes(step: StepDetails, attempts: readonly AttemptRecord[]): readonly string[] {
  const items = step.items?.total ?? new Set(attempts.flatMap(({ item }) => (item === undefined ? [] : [item]))).size;
  const most = Math.max(1, ...attempts.map(({ attempt }) => attempt));
  const notes: string[] = [];
  if (step.streams !== undefined) notes.push(`${step.streams.total} streams`);
  if (step.items !== undefined) notes.push(`${items} items, ${step.items.inFlight} running`);
  else if (items > 0) notes.push(`${step.attemptsTotal === undefined ? items : `of ${step.attemptsTotal}`} items`);
  if (most > 1) notes.push(`${most} attempts`);
  if (step.rounds !== undefined) notes.push(`${step.rounds + 1} rounds`);
  if (step.pass !== undefined) notes.push(`${step.pass + 1} passes`);
  return notes;
}
