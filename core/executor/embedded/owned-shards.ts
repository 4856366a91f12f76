import type { Log } from '@backplane/sdk';
import type { Message, ShardOwner } from '../hosts/cluster.ts';
import { ALL_SHARDS, SHARD_COUNT, shardOf } from '../hosts/shard.ts';
import type { Journal } from '../journal/journal.ts';
import type { DefinitionCache } from './definition-cache.ts';
import { isQuiet } from './is-quiet.ts';
import type { LiveRun } from './live-run.ts';
import { recoverRuns } from './recover-runs.ts';
import type { RunMachine } from './run-machine.ts';

export interface OwnedShardsOptions {
  readonly journal: Journal;
  readonly machine: RunMachine;
  readonly definitions: DefinitionCache;
  readonly log: Log;
  /** True once the engine is stopping. */
  stopped(): boolean;
  /** The run, live again, if it is asleep. */
  wake(runId: string): Promise<LiveRun | undefined>;
}

/** Why a run left this host: another one goes on with it. */
export class MovedAway extends Error {
  constructor() {
    super('the run goes on at another host');
  }
}

/** The shards whose runs this engine moves: recovers them when it gets them, leaves them when others are to have them. */
export class OwnedShards implements ShardOwner {
  readonly #options: OwnedShardsOptions;
  /** Resolves when all runs of the shard are live. */
  readonly #recovered = new Map<number, Promise<void>>();
  readonly #recovering = new Set<number>();
  #closing: ReadonlySet<number> = new Set();
  /** Where new runs go, in turn. */
  #open: number[] = [];
  #turn = 0;
  /** By shard, how often it was gained: what was read of it in one tenure is not to be used in the next. */
  readonly #tenures = new Map<number, number>();
  /** Counts how often everything was lost. */
  #losses = 0;
  readonly #delivering = new Set<number>();
  #changed = Promise.withResolvers<void>();

  constructor(options: OwnedShardsOptions) {
    this.#options = options;
  }

  /** Takes the host's share of the journal, which is all of it when there are no others. */
  async join(): Promise<void> {
    const { cluster } = this.#options.journal;
    if (cluster === undefined) await this.gained(ALL_SHARDS);
    else await cluster.join(this);
  }

  owns(runId: string): boolean {
    return this.#recovered.has(shardOf(runId));
  }

  owned(): readonly number[] {
    return [...this.#recovered.keys()];
  }

  /** Tells, whenever it is asked, whether the run has been ours all the time since now. */
  tenureOf(runId: string): () => boolean {
    const shard = shardOf(runId);
    const tenure = this.#tenures.get(shard);
    return () => this.#recovered.has(shard) && this.#tenures.get(shard) === tenure;
  }

  /** Exactly one host at most says so of a shard. */
  leads(shard: number): boolean {
    return this.#recovered.has(shard) && this.#options.journal.cluster?.certain !== false;
  }

  /** A shard for a new run; none while others have all of them. */
  pick(): number | undefined {
    return this.#open[this.#turn++ % this.#open.length];
  }

  /** Resolves when `pick` may answer otherwise. */
  get changed(): Promise<void> {
    return this.#changed.promise;
  }

  /** Resolves once the run is live if it is ours and has not ended. */
  async recovered(runId: string): Promise<void> {
    await this.#recovered.get(shardOf(runId));
  }

  /** Resolves when no recovery is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.#recovered.values());
  }

  get liveRuns(): number {
    return this.#options.machine.live.size;
  }

  async gained(shards: readonly number[]): Promise<void> {
    const { journal, machine, definitions, log } = this.#options;
    const losses = this.#losses;
    // Before new runs go into them: what is unfinished now is what a former owner has left.
    const unfinished = await journal.unfinished(shards);
    if (this.#losses !== losses) return;
    if (unfinished.length > 0)
      log.info('Going on with the runs that were left unfinished', { runs: unfinished.length });
    const stopped = () => this.#options.stopped() || this.#losses !== losses;
    const all = new Set(shards);
    const recovery = recoverRuns(unfinished, { journal, definitions, log, machine, shards: all, stopped })
      .catch((error: Error) => {
        if (!stopped())
          log.error('Recovery stopped; the runs it has not reached go on at the next start', { cause: error.message });
      })
      .finally(() => {
        if (this.#losses === losses) for (const shard of shards) this.#recovering.delete(shard);
      });
    for (const shard of shards) {
      this.#recovering.add(shard);
      this.#tenures.set(shard, (this.#tenures.get(shard) ?? 0) + 1);
      this.#recovered.set(shard, recovery);
    }
    this.#reopen();
  }

  loads(): readonly number[] {
    const loads = new Array<number>(SHARD_COUNT).fill(0);
    for (const runId of this.#options.machine.live.keys()) loads[shardOf(runId)]!++;
    return loads;
  }

  closing(shards: ReadonlySet<number>): void {
    if (shards.size === 0 && this.#closing.size === 0) return;
    this.#closing = shards;
    this.#reopen();
  }

  yield(shards: readonly number[]): readonly number[] {
    const { machine } = this.#options;
    const leaving = new Map<number, LiveRun[]>();
    for (const shard of shards) if (!this.#recovering.has(shard)) leaving.set(shard, []);
    for (const run of machine.live.values()) {
      const shard = shardOf(run.runId);
      if (isQuiet(run)) leaving.get(shard)?.push(run);
      else leaving.delete(shard);
    }
    for (const runId of machine.landing) leaving.delete(shardOf(runId));
    for (const [shard, runs] of leaving) {
      this.#recovered.delete(shard);
      for (const run of runs) machine.leave(run, new MovedAway());
    }
    if (leaving.size > 0) this.#reopen();
    return [...leaving.keys()];
  }

  lost(error: Error): void {
    this.#losses++;
    this.#recovered.clear();
    this.#recovering.clear();
    this.#reopen();
    this.#options.machine.leaveAll(error);
  }

  deliver(messages: readonly Message[]): void {
    for (const message of messages) {
      if (this.#delivering.has(message.id)) continue;
      this.#delivering.add(message.id);
      void this.#deliver(message)
        .catch((error: Error) =>
          this.#options.log.warn('A request to a run waits', { run: message.runId, cause: error.message }),
        )
        .finally(() => this.#delivering.delete(message.id));
    }
  }

  async #deliver({ id, runId, event }: Message): Promise<void> {
    const { journal, machine, stopped, wake } = this.#options;
    await this.recovered(runId);
    if (stopped() || !this.owns(runId)) return;
    const run = await wake(runId);
    if (run !== undefined && (await machine.apply(run, event, id))) return;
    if (run !== undefined && (!run.over || run.left !== undefined)) return;
    await run?.tail;
    await journal.cluster!.discard(id);
  }

  #reopen(): void {
    this.#open = [...this.#recovered.keys()].filter((shard) => !this.#closing.has(shard));
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
