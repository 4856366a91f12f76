import { setTimeout as pause } from 'node:timers/promises';
import type { Journal } from '../journal/journal.ts';
import type { RunEvent } from '../scheduler/event.ts';
import { decodeEvent } from './encode-event.ts';
import type { LiveRun } from './live-run.ts';

const PAGE = 200;
const FIRST_WAIT_MS = 25;
const LONGEST_WAIT_MS = 200;

export interface FollowOptions {
  readonly journal: Journal;
  readonly signal: AbortSignal;
  /** The run while it has not left the engine. */
  liveRun(): LiveRun | undefined;
  /** True while a run that is not here has not ended at another host. Rejects when waiting for it makes no sense any more. */
  goesOn(): Promise<boolean>;
}

/**
 * Events after `after`, stored ones and then those that come, each once. Reads the journal whenever more of the run has become
 * durable, so a slow reader costs no memory; of a run that is not here, again and again.
 */
export async function* followEvents(
  runId: string,
  after: number,
  { journal, signal, liveRun, goesOn }: FollowOptions,
): AsyncGenerator<{ readonly seq: number; readonly event: RunEvent }> {
  let wait = FIRST_WAIT_MS;
  for (let last = after; !signal.aborted; ) {
    const run = liveRun();
    using news = watch(run, signal);
    // Asked before reading: what has ended by then is read whole.
    const isElsewhere = run === undefined && (await goesOn());
    const page = await journal.events(runId, last, PAGE);
    for (const stored of page) {
      const { seq } = stored;
      yield { seq, event: decodeEvent(await journal.payload(stored), seq) };
      if (signal.aborted) return;
      last = seq;
    }
    if (page.length === PAGE) continue;
    if (run !== undefined) await news.arrived;
    else if (isElsewhere) {
      wait = page.length > 0 ? FIRST_WAIT_MS : Math.min(LONGEST_WAIT_MS, wait * 2);
      await pause(wait, undefined, { signal }).catch(() => undefined);
    } else return;
  }
}

/** Armed before reading, so that nothing which comes while we read is missed. */
function watch(run: LiveRun | undefined, signal: AbortSignal): Disposable & { readonly arrived: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  run?.watchers.add(resolve);
  signal.addEventListener('abort', () => resolve(), { once: true });
  return {
    arrived: promise,
    [Symbol.dispose]() {
      run?.watchers.delete(resolve);
    },
  };
}
