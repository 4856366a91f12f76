import type { Journal } from '../journal/journal.ts';
import type { RunEvent } from '../scheduler/event.ts';
import { decodeEvent } from './encode-event.ts';
import type { LiveRun } from './live-run.ts';

const PAGE = 200;

/**
 * Events after `after`, stored ones and then those that come, each once. Reads the journal whenever more of the run has become
 * durable, so a slow reader costs no memory. `liveRun` gives the run while it has not left the engine.
 */
export async function* followEvents(
  journal: Journal,
  runId: string,
  after: number,
  signal: AbortSignal,
  liveRun: () => LiveRun | undefined,
): AsyncGenerator<{ readonly seq: number; readonly event: RunEvent }> {
  for (let last = after; !signal.aborted; ) {
    const run = liveRun();
    using news = watch(run, signal);
    const page = await journal.events(runId, last, PAGE);
    for (const { seq, body } of page) {
      yield { seq, event: decodeEvent(body, seq) };
      if (signal.aborted) return;
      last = seq;
    }
    if (page.length === PAGE) continue;
    if (run === undefined) return;
    if (run.left !== undefined) throw run.left;
    await news.arrived;
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
