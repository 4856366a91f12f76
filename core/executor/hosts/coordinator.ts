import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { HostInfo } from '../engine.ts';
import type { Request } from '../scheduler/event.ts';
import type { Cluster, ShardOwner } from './cluster.ts';
import { type HostIdentity, hasEnded } from './host-identity.ts';
import {
  DEAD_AFTER_MS,
  disconnectStuck,
  giveShards,
  lookAround,
  type Query,
  removeDead,
  type SeenHost,
  type Sight,
  STUCK_AFTER_MS,
  takeShards,
} from './host-table.ts';
import { discardMessage, isWaiting, leaveMessage, readMessages } from './inbox.ts';
import { listHosts } from './list-hosts.ts';
import { NewsConnection } from './news-connection.ts';
import { moveTowardsFairShare } from './share.ts';

/** The host's place among the others, which its writing connection holds. */
export interface HostSeat {
  readonly hostId: string;
  /** False once this host was taken for dead. */
  readonly standing: boolean;
  /** Says that the host lives. Rejects while the database is away, and with ENGINE_LEASE_LOST. */
  renew(liveRuns: number): Promise<void>;
  /** Takes a new place, which has no shards. */
  rejoin(): Promise<void>;
}

export interface CoordinatorOptions {
  readonly url: string;
  readonly seat: HostSeat;
  readonly identity: HostIdentity;
  /** No other host can reach the database: whoever else is on the list is dead. */
  readonly alone: boolean;
  /** How long a request to a run of another host may take; milliseconds. */
  readonly requestTimeoutMs: number;
  readonly log: Log;
  /** Over connections that others use too. */
  readonly query: Query;
  /** A workflow has changed, perhaps by another host. */
  readonly onWorkflowsChanged: () => void;
}

const LOOK_MS = 1_000;
/** The next look, and then more seldom, while shards of ours wait for a moment at which they can go. */
const HURRY_MS = 50;
/** Sooner than anybody may take us for dead. */
const CERTAIN_MS = 3_000;
const LONGEST_POLL_MS = 200;

/**
 * Keeps one host in step with the others: says that it lives, takes over what dead ones leave, and moves shards towards fair
 * shares. Looks around every second, and at once when another host has said something.
 */
export class Coordinator implements Cluster {
  readonly #options: CoordinatorOptions;
  readonly #news: NewsConnection;
  readonly #query: Query;
  /** Shards in which our engine works. */
  readonly #ours = new Set<number>();
  /** Shards that our engine has left and that the database may still call ours. */
  readonly #leaving = new Set<number>();
  #owner: ShardOwner | undefined;
  #workflows: string | undefined;
  #renewedAt = Number.NEGATIVE_INFINITY;
  #retiring = false;
  #stopped = false;
  #wake: () => void = () => undefined;
  #poked = false;
  #loop: Promise<void> = Promise.resolve();
  #renewal: NodeJS.Timeout | undefined;
  #renewing = false;
  #renewed = Promise.withResolvers<void>();
  #complained = false;

  constructor(options: CoordinatorOptions) {
    this.#options = options;
    this.#news = new NewsConnection(options.url, () => this.#poke());
    this.#query = (text, values) => this.#news.query(text, values);
  }

  get certain(): boolean {
    return this.#options.seat.standing && performance.now() - this.#renewedAt < CERTAIN_MS;
  }

  untilCertain(): Promise<void> {
    return this.#renewed.promise;
  }

  async join(owner: ShardOwner): Promise<void> {
    this.#owner = owner;
    await this.#renew(owner);
    // Apart from looking around, which may have to wait for an answer.
    this.#renewal = setInterval(() => void this.#renew(owner).catch(() => undefined), LOOK_MS).unref();
    await this.#look(owner);
    this.#loop = this.#keepLooking(owner);
  }

  /** The seat is lost: told by whoever notices it first. */
  lost(error: Error): void {
    this.#ours.clear();
    this.#leaving.clear();
    this.#options.log.warn('This host was taken for dead; its runs go on elsewhere, and it begins anew', {
      cause: error.message,
    });
    this.#owner?.lost(error);
    this.#isCertainAgain();
    this.#poke();
  }

  #isCertainAgain(): void {
    this.#renewed.resolve();
    this.#renewed = Promise.withResolvers();
  }

  retire(): void {
    this.#retiring = true;
    this.#poke();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#renewal);
    this.#news.close();
    this.#poke();
    await this.#loop;
  }

  async send(runId: string, event: Request): Promise<void> {
    const { query, requestTimeoutMs } = this.#options;
    const deadline = performance.now() + requestTimeoutMs;
    const message = await leaveMessage(query, runId, event);
    for (let wait = 10; performance.now() < deadline; wait = Math.min(LONGEST_POLL_MS, wait * 2)) {
      await pause(wait);
      if (!(await isWaiting(query, message))) return;
    }
    throw raise.RUN_REQUEST_PENDING({ runId, seconds: requestTimeoutMs / 1000 });
  }

  discard(messageId: number): Promise<void> {
    return discardMessage(this.#options.query, messageId);
  }

  async ended(runIds: readonly string[]): Promise<readonly string[]> {
    const rows = await this.#options.query<{ id: string }>(
      `SELECT asked.id FROM unnest($1::uuid[]) AS asked (id) LEFT JOIN run ON run.id = asked.id
        WHERE run.status IS DISTINCT FROM 'running'`,
      [runIds],
    );
    return rows.map(({ id }) => id);
  }

  hosts(): Promise<readonly HostInfo[]> {
    return listHosts(this.#options.query, this.#options.seat.hostId);
  }

  #poke(): void {
    this.#poked = true;
    this.#wake();
  }

  async #keepLooking(owner: ShardOwner): Promise<void> {
    let tries = 0;
    while (!this.#stopped) {
      await this.#pause(tries === 0 ? LOOK_MS : Math.min(LOOK_MS, HURRY_MS * 1.2 ** tries));
      if (this.#stopped) return;
      try {
        tries = (await this.#look(owner)) ? tries + 1 : 0;
        this.#complained = false;
      } catch (error) {
        tries = 0;
        if (this.#stopped || this.#complained || !this.#options.seat.standing) continue;
        this.#complained = true;
        this.#options.log.warn('The other hosts cannot be seen', { cause: (error as Error).message });
      }
    }
  }

  async #pause(ms: number): Promise<void> {
    if (!this.#poked) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, ms);
      this.#wake = resolve;
      await promise;
      clearTimeout(timer);
    }
    this.#poked = false;
  }

  /** Once around. True while something is to be done that cannot be done yet, and soon can. */
  async #look(owner: ShardOwner): Promise<boolean> {
    const { seat } = this.#options;
    if (!seat.standing) await seat.rejoin();
    const { hostId } = seat;
    const sight = await lookAround(this.#query);
    await this.#follow(sight, owner, hostId);
    const others = sight.hosts.filter(({ id }) => id !== hostId);
    const gone = others.filter((other) => this.#isGone(other));
    let buried = 0;
    for (const other of others) if (await this.#bury(other)) buried++;
    const now = buried > 0 ? await lookAround(this.#query) : sight;
    const waiting = await this.#balance(now, owner, hostId);
    await this.#deliver(owner);
    return waiting || buried < gone.length;
  }

  async #renew({ liveRuns }: ShardOwner): Promise<void> {
    const { seat } = this.#options;
    if (this.#renewing || !seat.standing) return;
    this.#renewing = true;
    const begun = performance.now();
    try {
      await seat.renew(liveRuns);
      this.#renewedAt = begun;
      this.#isCertainAgain();
    } finally {
      this.#renewing = false;
    }
  }

  /** Known without waiting for how long it stays silent. */
  #isGone(other: SeenHost): boolean {
    return this.#options.alone || hasEnded(other, this.#options.identity);
  }

  /** Brings what we believe to be ours in line with the database, as an answer may have been lost. */
  async #follow({ owners, workflows }: Sight, owner: ShardOwner, hostId: string): Promise<void> {
    const listed = owners.flatMap((id, shard) => (id === hostId ? [shard] : []));
    for (const shard of this.#leaving) if (owners[shard] !== hostId) this.#leaving.delete(shard);
    if (this.#leaving.size > 0) await giveShards(this.#query, hostId, [...this.#leaving]);
    await this.#gain(
      owner,
      listed.filter((shard) => !this.#leaving.has(shard)),
      hostId,
    );
    if (this.#workflows !== workflows) {
      if (this.#workflows !== undefined) this.#options.onWorkflowsChanged();
      this.#workflows = workflows;
    }
  }

  async #bury(other: SeenHost): Promise<boolean> {
    const atOnce = this.#isGone(other);
    // While the server was away, nobody could say that he lives: all have as long to do so once it is back.
    const isSilent = other.silentMs >= DEAD_AFTER_MS && this.#news.unbrokenMs >= DEAD_AFTER_MS;
    if (!atOnce && !isSilent) return false;
    if (!atOnce && other.silentMs > STUCK_AFTER_MS) await disconnectStuck(this.#query, other.id);
    const gone = await removeDead(this.#query, other.id, atOnce ? 0 : DEAD_AFTER_MS);
    if (gone)
      this.#options.log.info('A host has ended; the others take over its runs', {
        host: other.id,
        process: other.pid,
        machine: other.machine,
        silentMs: Math.round(other.silentMs),
      });
    return gone;
  }

  async #balance({ hosts, owners }: Sight, owner: ShardOwner, hostId: string): Promise<boolean> {
    const free = owners.filter((id) => id === null).length;
    const ours = [...this.#ours];
    const share = { hosts: hosts.length, free, ours };
    const { take, give } = this.#retiring ? { take: 0, give: ours } : moveTowardsFairShare(share, () => owner.loads());
    if (take > 0) await this.#gain(owner, await takeShards(this.#query, hostId, take), hostId);
    if (!this.#options.seat.standing) return false;
    owner.closing(new Set(give));
    if (give.length === 0) return false;
    const left = owner.yield(give);
    for (const shard of left) {
      this.#ours.delete(shard);
      this.#leaving.add(shard);
    }
    if (left.length > 0) await giveShards(this.#query, hostId, left);
    return left.length < give.length;
  }

  /** Not if we were taken for dead since we asked. */
  async #gain(owner: ShardOwner, shards: readonly number[], hostId: string): Promise<void> {
    const { seat } = this.#options;
    if (!seat.standing || seat.hostId !== hostId) return;
    const fresh = shards.filter((shard) => !this.#ours.has(shard));
    if (fresh.length === 0) return;
    for (const shard of fresh) this.#ours.add(shard);
    try {
      await owner.gained(fresh);
    } catch (error) {
      for (const shard of fresh) this.#ours.delete(shard);
      throw error;
    }
  }

  async #deliver(owner: ShardOwner): Promise<void> {
    if (this.#ours.size === 0) return;
    const messages = await readMessages(this.#query, [...this.#ours]);
    if (messages.length > 0) owner.deliver(messages);
  }
}
