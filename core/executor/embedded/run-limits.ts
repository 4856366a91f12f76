import { raise } from '../../errors/catalogue.ts';
import { toErrorRecord } from '../../errors/to-record.ts';
import { toData } from '../../language/values/to-data.ts';
import type { RunLimit } from '../../workflow/graph.ts';
import type { RunRequest } from '../engine.ts';
import type { LiveRun } from './live-run.ts';

export interface RunLimitsOptions {
  /** The run's turn has come. */
  admit(run: LiveRun): void;
  cancel(run: LiveRun, reason: string): void;
}

/** Where a new run stands: what its first event says of it. */
export interface Placement {
  readonly concurrencyKey?: string;
  readonly queued?: true;
}

/** The runs that count together. */
interface Bucket {
  limit: RunLimit;
  /** Of the definition that the limit comes from. */
  version: number;
  readonly active: Set<LiveRun>;
  /** In order of arrival. */
  readonly waiting: Set<LiveRun>;
}

const REPLACED = 'a newer run of the workflow has come, and its limit cancels the oldest';
const RETRY_AFTER_MS = 5_000;

/**
 * How many runs of one workflow are under way at once. Counts the live runs of this host: a workflow with a limit keeps it over
 * several hosts only if all of its runs live on one of them, and `bucketName` says which must stay together.
 */
export class RunLimits {
  readonly #options: RunLimitsOptions;
  readonly #buckets = new Map<string, Bucket>();
  /** False until all runs that a former host left are known. */
  #open = false;

  constructor(options: RunLimitsOptions) {
    this.#options = options;
  }

  /** Throws RUN_CONCURRENCY_LIMIT when the workflow says that runs beyond the limit are skipped, and RUN_CONCURRENCY_KEY. */
  placementOf(request: RunRequest, limit: RunLimit | undefined, vars: unknown): Placement {
    if (limit === undefined) return {};
    const concurrencyKey = keyOf(request, limit, vars);
    const bucket = this.#buckets.get(bucketName(request.workflow, concurrencyKey));
    if (bucket === undefined || bucket.active.size + bucket.waiting.size < limit.limit) return { concurrencyKey };
    if (limit.onLimit !== 'skip') return { concurrencyKey, queued: true };
    throw raise.RUN_CONCURRENCY_LIMIT({ limit: limit.limit, key: concurrencyKey }, { retryAfterMs: RETRY_AFTER_MS });
  }

  /** From now on the run counts. Nothing happens to it before its start is durable. */
  add(run: LiveRun): void {
    const { concurrencyKey, queued } = run.state;
    const { concurrency } = run.graph;
    if (concurrencyKey === undefined || concurrency === undefined) return;
    const name = bucketName(run.facts.workflow, concurrencyKey);
    const { version } = run.facts;
    let bucket = this.#buckets.get(name);
    if (bucket === undefined) {
      bucket = { limit: concurrency, version, active: new Set(), waiting: new Set() };
      this.#buckets.set(name, bucket);
    } else if (version >= bucket.version) Object.assign(bucket, { limit: concurrency, version });
    (queued === true ? bucket.waiting : bucket.active).add(run);
  }

  /** The run has ended, or has come to nothing. */
  remove(run: LiveRun): void {
    const bucket = this.#bucketOf(run);
    if (bucket === undefined) return;
    bucket.active.delete(run);
    bucket.waiting.delete(run);
    if (bucket.active.size + bucket.waiting.size > 0) this.#settle(bucket);
    else this.#buckets.delete(bucketName(run.facts.workflow, run.state.concurrencyKey!));
  }

  /** The start of the run is durable. */
  started(run: LiveRun): void {
    const bucket = this.#bucketOf(run);
    if (bucket !== undefined) this.#settle(bucket);
  }

  /** All runs that a former host left have been added; they came back in any order. */
  recovered(): void {
    this.#open = true;
    for (const bucket of this.#buckets.values()) {
      const ordered = [...bucket.waiting].sort(byArrival);
      bucket.waiting.clear();
      for (const run of ordered) bucket.waiting.add(run);
      this.#settle(bucket);
    }
  }

  #bucketOf({ facts, state }: LiveRun): Bucket | undefined {
    if (state.concurrencyKey === undefined) return undefined;
    return this.#buckets.get(bucketName(facts.workflow, state.concurrencyKey));
  }

  #settle(bucket: Bucket): void {
    if (!this.#open) return;
    const { limit, active, waiting } = bucket;
    if (limit.onLimit === 'cancel_oldest') this.#cancelOldest(bucket);
    for (const run of waiting) {
      if (active.size >= limit.limit) return;
      if (run.over || run.state.cancel !== undefined) continue;
      if (run.durable === 0) return;
      waiting.delete(run);
      active.add(run);
      this.#options.admit(run);
    }
  }

  #cancelOldest({ limit, active, waiting }: Bucket): void {
    if (active.size + waiting.size <= limit.limit) return;
    const going = [...active, ...waiting].filter(({ over, state }) => !over && state.cancel === undefined);
    for (const run of going.slice(0, Math.max(0, going.length - limit.limit))) {
      if (run.durable > 0) this.#options.cancel(run, REPLACED);
    }
  }
}

/** Runs with the same name count together. The one place that says so. */
function bucketName(workflow: string, key: string): string {
  return `${workflow}\n${key}`;
}

function byArrival(a: LiveRun, b: LiveRun): number {
  return a.state.startedAt - b.state.startedAt || (a.runId < b.runId ? -1 : 1);
}

/** As exact JSON, so that 1 and "1" are different keys. */
function keyOf({ trigger }: RunRequest, { key }: RunLimit, vars: unknown): string {
  if (key === undefined) return '';
  try {
    return JSON.stringify(toData(key.evaluate({ TRIGGER: trigger, INPUTS: trigger, VARS: vars ?? {} })), textOfBigints);
  } catch (thrown) {
    throw raise.RUN_CONCURRENCY_KEY({ cause: toErrorRecord(thrown).message }, { cause: thrown });
  }
}

function textOfBigints(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}` : value;
}
