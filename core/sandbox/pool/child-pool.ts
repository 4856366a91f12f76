import type { Log } from '@backplane/sdk';
import type { ChildCommand } from './child-command.ts';
import type { Job, JobOutcome } from './job.ts';
import { type ChildEnd, type ChildEvents, SandboxChild } from './sandbox-child.ts';
import { TenantQueue } from './tenant-queue.ts';

export interface PoolOptions {
  readonly command: ChildCommand;
  /** Processes kept warm once started. */
  readonly size: number;
  /** Processes at most, while others are stuck with scripts that take long. */
  readonly most: number;
  readonly log: Log;
}

/** Jobs given to one process: the first runs, the others save it the way back and forth. It is given more when half are done. */
const DEPTH = 16;
const TICK_MS = 20;
const START_MS = 15_000;
const SURPLUS_IDLE_MS = 10_000;
/** After a process that could not start, nobody tries again for so long. */
const COOL_DOWN_MS = 1000;

/** Keeps sandbox processes and gives them work: fairly between tenants, never behind a script that takes long. */
export class ChildPool {
  readonly #options: PoolOptions;
  readonly #queue = new TenantQueue();
  readonly #children = new Set<SandboxChild>();
  #ticker: NodeJS.Timeout | undefined;
  #surplusTimer: NodeJS.Timeout | undefined;
  #broken: { reason: string; until: number } | undefined;
  #stopped = false;
  #held = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  get pids(): number[] {
    return [...this.#children].flatMap((child) => child.pid ?? []);
  }

  submit(job: Job): void {
    if (this.#stopped) job.settle({ failure: { kind: 'stopped' } });
    else {
      this.#queue.push(job);
      this.#dispatch();
    }
  }

  cancel(job: Job): void {
    if (!this.#queue.remove(job)) for (const child of this.#children) child.cancel(job);
    job.settle({ failure: { kind: 'cancelled' } });
    this.#hold();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#ticker);
    clearTimeout(this.#surplusTimer);
    this.#failWaiting({ failure: { kind: 'stopped' } });
    const children = [...this.#children];
    for (const child of children) {
      child.hold(true);
      child.kill({ kind: 'stopped' });
    }
    await Promise.all(children.map((child) => child.gone));
  }

  #dispatch(): void {
    while (this.#queue.size > 0) {
      const child = this.#roomiest();
      if (child === undefined) break;
      child.give(this.#takeShare(child));
    }
    this.#startMissing();
    this.#hold();
    if (this.#held && this.#ticker === undefined) this.#ticker = setInterval(() => this.#tick(), TICK_MS);
  }

  /** As many jobs as fit, or this process's part of them if there are few. */
  #takeShare(child: SandboxChild): Job[] {
    const part = Math.ceil(this.#queue.size / this.#options.size);
    return Array.from({ length: Math.min(DEPTH - child.load, part) }, () => this.#queue.take()!);
  }

  #roomiest(): SandboxChild | undefined {
    let best: SandboxChild | undefined;
    let usable = 0;
    for (const child of this.#children) {
      if (child.state !== 'ready' || child.slow) continue;
      if (++usable > this.#options.size) break; // the others stand in for slow ones, which this moment has none of
      if (child.load > DEPTH / 2) continue;
      if (best === undefined || child.load < best.load) best = child;
    }
    return best;
  }

  /** As many processes as there is work for, up to the pool's size; beyond it, one for each that is stuck while others wait. */
  #startMissing(): void {
    let [work, stuck, present] = [this.#queue.size, 0, 0];
    for (const child of this.#children) {
      work += child.load;
      if (child.slow) stuck++;
      if (child.state !== 'leaving') present++;
    }
    const wanted = Math.min(this.#options.size, work) + (this.#queue.size > 0 ? stuck : 0);
    for (; present < Math.min(this.#options.most, wanted); present++) {
      if (this.#broken === undefined || performance.now() >= this.#broken.until) this.#start();
      else this.#failUnlessReady(this.#broken.reason);
    }
  }

  #start(): void {
    const child = new SandboxChild(this.#options.command, this.#events);
    this.#children.add(child);
    child.hold(this.#held);
    this.#options.log.debug('sandbox process started', { pid: child.pid });
  }

  readonly #events: ChildEvents = {
    ready: () => {
      this.#broken = undefined;
      for (const child of this.#children) if (child.state === 'ready' && child.worn) child.retire();
      this.#dispatch();
    },
    idle: (child) => {
      if (child.worn && child.state === 'ready' && !this.#isStarting()) this.#start();
      if (this.#children.size > this.#options.size) this.#awaitSurplus();
      this.#dispatch();
    },
    gone: (child, end) => this.#bury(child, end),
  };

  #isStarting(): boolean {
    return [...this.#children].some((child) => child.state === 'starting');
  }

  #bury(child: SandboxChild, { unbegun, expected, reason }: ChildEnd): void {
    this.#children.delete(child);
    this.#queue.putBack(unbegun);
    if (this.#stopped) this.#failWaiting({ failure: { kind: 'stopped' } });
    else if (!child.started) this.#noteBroken(reason);
    else if (!expected) this.#options.log.warn('sandbox process died', { pid: child.pid, reason });
    if (this.#stopped) return;
    if (this.#children.size === 0 && child.used) this.#start(); // keep one warm
    this.#dispatch();
  }

  #noteBroken(cause: string): void {
    const reason = `the sandbox process does not start (${cause})`;
    this.#broken = { reason, until: performance.now() + COOL_DOWN_MS };
    this.#options.log.error('sandbox process does not start', { reason: cause });
    this.#failUnlessReady(reason);
  }

  #failUnlessReady(reason: string): void {
    if (![...this.#children].some((child) => child.started)) this.#failWaiting({ unavailable: reason });
  }

  #failWaiting(outcome: JobOutcome): void {
    for (const job of this.#queue.takeAll()) job.settle(outcome);
  }

  /** Enforces what the processes cannot enforce on themselves, and frees jobs that wait behind slow ones. */
  #tick(): void {
    const now = performance.now();
    let recalled = false;
    for (const child of this.#children) {
      child.check(now);
      if (child.state === 'starting' && child.age > START_MS) child.kill();
      if (!child.slow || child.load < 2) continue;
      this.#queue.putBack(child.recall());
      recalled = true;
    }
    if (recalled) this.#dispatch();
    if (this.#held) return;
    clearInterval(this.#ticker);
    this.#ticker = undefined;
  }

  #awaitSurplus(): void {
    this.#surplusTimer ??= setTimeout(() => {
      this.#surplusTimer = undefined;
      const idle = [...this.#children].filter((child) => child.state === 'ready' && child.load === 0);
      for (const child of idle.slice(0, Math.max(0, this.#children.size - this.#options.size))) child.retire();
      if (this.#children.size > this.#options.size) this.#awaitSurplus();
    }, SURPLUS_IDLE_MS).unref();
  }

  /** The host process stays alive for running scripts, not for warm processes. */
  #hold(): void {
    const work = this.#queue.size > 0 || [...this.#children].some((child) => child.load > 0);
    if (work === this.#held) return;
    this.#held = work;
    for (const child of this.#children) child.hold(work);
  }
}
