import { raise } from '../../errors/catalogue.ts';
import type { RunRecord, StreamRecord } from '../engine.ts';
import type { StepState } from '../scheduler/state.ts';
import type { TracedAttempt } from './attempt-trace.ts';
import type { DetailsQuery, RunDetails, StepDetails, StreamDetails } from './run-details.ts';
import { StepTally } from './step-tally.ts';

/** The record of a run and its attempts, put together. Holds no more of the attempts in memory than it gives back. */
export async function detailsOf(
  { steps, streams, ...run }: RunRecord,
  attempts: AsyncIterable<TracedAttempt>,
  query: DetailsQuery,
  now: number,
): Promise<RunDetails> {
  const wanted = (ref: string) => query.steps === undefined || query.steps.includes(ref);
  const page = streamPage(Object.entries(streams ?? {}), query);
  const tallies = await tally(attempts, query, now, (ref, stream) => {
    return wanted(ref) && (stream === undefined || page.shown.has(stream));
  });
  const shown = (found: Readonly<Record<string, StepState>>, stream?: string) =>
    record(
      Object.entries(found)
        .filter(([ref]) => wanted(ref))
        .map(([ref, step]) => [ref, stepDetails(step, tallies.get(nameOf(ref, stream)), now)]),
    );
  const unplaced = tallies.get(UNPLACED);
  return {
    ...run,
    ...(run.endedAt !== undefined && { durationMs: Date.parse(run.endedAt) - Date.parse(run.startedAt) }),
    steps: shown(steps),
    ...(streams !== undefined && { streams: streamsOf(page.shown, shown) }),
    ...(page.next !== undefined && { streamsTotal: page.total, nextStreams: page.next }),
    ...(unplaced !== undefined && { unplaced: unplaced.records() }),
  };
}

function streamsOf(
  streams: ReadonlyMap<string, StreamRecord>,
  shown: (steps: Readonly<Record<string, StepState>>, stream: string) => Readonly<Record<string, StepDetails>>,
): Readonly<Record<string, StreamDetails>> {
  return record([...streams].map(([id, stream]) => [id, { ...stream, steps: shown(stream.steps, id) }]));
}

const UNPLACED = '';

function nameOf(ref: string, stream: string | undefined): string {
  return stream === undefined ? ref : `${stream}/${ref}`;
}

async function tally(
  attempts: AsyncIterable<TracedAttempt>,
  { attempts: keep }: DetailsQuery,
  now: number,
  wanted: (ref: string, stream: string | undefined) => boolean,
): Promise<ReadonlyMap<string, StepTally>> {
  const tallies = new Map<string, StepTally>();
  for await (const attempt of attempts) {
    const { ref, stream } = attempt;
    if (ref !== undefined && !wanted(ref, stream)) continue;
    const name = ref === undefined ? UNPLACED : nameOf(ref, stream);
    tallies.getOrInsertComputed(name, () => new StepTally(keep)).add(attempt, now);
  }
  return tallies;
}

/** Throws STORAGE_CURSOR_INVALID. */
function streamPage(all: readonly (readonly [string, StreamRecord])[], { streams, streamsAfter }: DetailsQuery) {
  const after = streamsAfter === undefined ? undefined : Buffer.from(streamsAfter, 'base64url').toString();
  const from = after === undefined ? 0 : all.findIndex(([id]) => id === after) + 1;
  if (after !== undefined && from === 0) throw raise.STORAGE_CURSOR_INVALID(undefined);
  const shown = all.slice(from, from + streams);
  const isMore = from + shown.length < all.length && shown.length > 0;
  return {
    shown: new Map(shown),
    total: all.length,
    next: isMore ? Buffer.from(shown.at(-1)![0]).toString('base64url') : undefined,
  };
}

function stepDetails(step: StepState, tally: StepTally | undefined, now: number): StepDetails {
  const { startedAt, endedAt, streams, loop, attempts: _, ...told } = step;
  const attempts = tally?.records() ?? [];
  return {
    ...told,
    ...(startedAt !== undefined && { startedAt: new Date(startedAt).toISOString() }),
    ...(endedAt !== undefined && { endedAt: new Date(endedAt).toISOString() }),
    ...(startedAt !== undefined && endedAt !== undefined && { durationMs: endedAt - startedAt }),
    ...(startedAt !== undefined &&
      tally !== undefined && { waitedMs: Math.max(0, (endedAt ?? now) - startedAt - tally.busyMs) }),
    ...(streams !== undefined && { streams: { total: streams.count, begun: streams.begun, open: streams.open } }),
    ...(loop !== undefined && {
      items: { total: loop.items.length, begun: loop.next, inFlight: loop.inFlight, failed: loop.errors.length },
    }),
    ...tally?.input,
    attempts,
    ...(tally !== undefined && tally.total > attempts.length && { attemptsTotal: tally.total }),
  };
}

function record<T>(entries: Iterable<readonly [string, T]>): Readonly<Record<string, T>> {
  return Object.assign(Object.create(null), Object.fromEntries(entries));
}
