import type { ChildProcess } from 'node:child_process';
import type { ErrorRecord } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { toErrorRecord } from '../../errors/to-record.ts';
import { withinDeadline } from '../../plugins/lifecycle/within-deadline.ts';
import { watchFolder } from '../../plugins/sources/watch-folder.ts';
import type { HostCode } from '../../plugins/tiers/remote/remote-plugin.ts';
import type { TierName } from '../../plugins/tiers/tier.ts';
import type { BenchCall, BenchOutcome } from '../bench/bench-messages.ts';
import { openPluginBench, type PluginBench } from '../bench/open-plugin-bench.ts';
import type { PluginFacts } from '../bench/plugin-facts.ts';
import { startBenchProcess } from '../bench/start-bench-process.ts';

/** What the try-it page shows. */
export interface DevState {
  /** Of the version that serves; absent until one has loaded. */
  readonly facts?: PluginFacts;
  /** Counts the versions that have served. */
  readonly generation: number;
  /** What calls of this version wanted and may not: one line each. */
  readonly refused: readonly string[];
  /** Why the newest version does not serve; the one before goes on. */
  readonly error?: ErrorRecord;
}

export type DevEvent =
  | { readonly type: 'loaded'; readonly generation: number; readonly facts: PluginFacts; readonly ms: number }
  | { readonly type: 'failed'; readonly error: ErrorRecord; readonly keeps: number | undefined }
  | { readonly type: 'refused'; readonly line: string }
  | { readonly type: 'output'; readonly text: string }
  | { readonly type: 'lost'; readonly problem: string };

/** A plugin under work: every change is loaded into a new process, which takes over when it is healthy. */
export interface DevSession extends AsyncDisposable {
  readonly state: DevState;
  call(request: Omit<BenchCall, 'id'>): Promise<BenchOutcome>;
}

export interface DevOptions {
  readonly folder: string;
  readonly config?: Readonly<Record<string, unknown>> | undefined;
  /** Absent: where the manifest asks to run. */
  readonly tier?: TierName | undefined;
  onEvent(event: DevEvent): void;
}

const QUIET_MS = 80;
/** So many different ones are kept. */
const MOST_REFUSED = 50;

/** How long a version that was replaced may go on with the calls it has begun. */
const DRAIN_MS = 10_000;

/** Loads the plugin and goes on loading it whenever a file changes. Resolves once the first version has loaded or failed. */
export async function openDevSession({ folder, config, tier, onEvent }: DevOptions): Promise<DevSession> {
  let serving: PluginBench | undefined;
  let generation = 0;
  let error: ErrorRecord | undefined;
  const refused = new Set<string>();
  let loading: Promise<void> = Promise.resolve();
  /** Ready for the next version: most of what a load takes is not the plugin's. */
  let spare: ChildProcess | undefined;
  const hostCode: HostCode = new Map();
  const closing = new AbortController();
  const underWay = new WeakMap<PluginBench, Set<Promise<BenchOutcome>>>();
  const retiring = new Set<Promise<void>>();

  // The first load must see every change that comes after it, so the watch begins before.
  const watching = watchFolder(folder, () => void reload(), { quietMs: QUIET_MS });
  await reload();
  return {
    get state() {
      return {
        generation,
        refused: [...refused],
        ...(serving === undefined ? {} : { facts: serving.facts }),
        ...(error === undefined ? {} : { error }),
      };
    },
    async call(request) {
      await loading;
      if (serving === undefined)
        throw raise.PLUGIN_BENCH_LOST({ id: folder, problem: error?.message ?? 'it never loaded' });
      const call = serving.call(request);
      const calls = underWay.get(serving) ?? new Set();
      underWay.set(serving, calls.add(call));
      const outcome = await call.finally(() => calls.delete(call));
      noteRefusal(outcome);
      return outcome;
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      watching[Symbol.dispose]();
      await loading;
      spare?.kill('SIGKILL');
      await Promise.all([...retiring, serving?.[Symbol.asyncDispose]()]);
    },
  };

  /** One load after the other: of two changes in a row the later one wins. */
  function reload(): Promise<void> {
    loading = loading.then(load);
    return loading;
  }

  async function load(): Promise<void> {
    if (closing.signal.aborted) return;
    const begun = performance.now();
    try {
      const next = await openPluginBench({
        folder,
        tier: tier ?? 'manifest',
        ...(config === undefined ? {} : { config }),
        child: takeSpare(),
        onOutput: (text) => onEvent({ type: 'output', text }),
      });
      if (next.facts.error !== undefined) {
        await next[Symbol.asyncDispose]();
        return failed(next.facts.error);
      }
      const before = serving;
      serving = next;
      generation += 1;
      error = undefined;
      refused.clear();
      void next.lost.then((problem) => lose(next, problem));
      onEvent({ type: 'loaded', generation, facts: next.facts, ms: performance.now() - begun });
      if (before !== undefined) retire(before);
    } catch (thrown) {
      failed(toErrorRecord(thrown));
    } finally {
      spare = startSpare(folder, hostCode);
    }
  }

  function takeSpare(): ChildProcess | undefined {
    const taken = spare?.connected === true ? spare : startSpare(folder, hostCode);
    spare = undefined;
    return taken;
  }

  /** The version before ends the calls that it has begun, but not for ever. */
  function retire(bench: PluginBench): void {
    const calls = Promise.allSettled(underWay.get(bench) ?? []);
    const ended = withinDeadline(calls, DRAIN_MS, closing.signal).then(() => bench[Symbol.asyncDispose]());
    retiring.add(ended);
    void ended.then(() => retiring.delete(ended));
  }

  function noteRefusal({ error: failure }: BenchOutcome): void {
    if (failure === undefined || !isRefusal(failure)) return;
    const line = `${failure.code}: ${failure.message}`;
    if (refused.has(line) || refused.size >= MOST_REFUSED) return;
    refused.add(line);
    onEvent({ type: 'refused', line });
  }

  function failed(record: ErrorRecord): void {
    error = record;
    onEvent({ type: 'failed', error: record, keeps: serving === undefined ? undefined : generation });
  }

  /** It ended itself: the same code is loaded again, so that the page goes on. */
  function lose(bench: PluginBench, problem: string): void {
    if (closing.signal.aborted || serving !== bench) return;
    serving = undefined;
    onEvent({ type: 'lost', problem });
    void reload();
  }
}

/** Undefined while the folder is not there. */
function startSpare(folder: string, hostCode: HostCode): ChildProcess | undefined {
  try {
    return startBenchProcess(folder, hostCode);
  } catch {
    return undefined;
  }
}

/** The host said no, or Node did in the plugin's own process. */
function isRefusal({ blame, code, message }: ErrorRecord): boolean {
  return blame === 'policy' || /_REFUSED$/.test(code) || /ERR_ACCESS_DENIED|Access to this API/.test(message);
}
